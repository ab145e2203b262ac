//! The figures of the server: writes and reads on both wires, each beside its floors.

use std::time::Duration;

use crate::{
    disk,
    figure::{Figure, Goal},
    load::{self, Measured, Script},
    memory, null_server,
    people::World,
    process,
    scripts::CONTENT_LEN,
    wrk,
};

/// The answer to a write is a few bytes.
const WRITE_ANSWER_LEN: usize = 25;
const WRITES_GOAL: Goal = Goal::AtLeast(3_000.0);
const READS_GOAL: Goal = Goal::AtLeast(10_000.0);
/// MiB: 250 MB.
const MEMORY_GOAL: Goal = Goal::AtMost(238.0);

/// How long and how often each thing is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    pub(crate) duration: Duration,
}

/// What is measured of one kind of request in all rounds.
#[derive(Debug, Default)]
struct Rounds {
    per_second: Vec<f64>,
    p50_ms: Vec<f64>,
    p99_ms: Vec<f64>,
    server_us: Vec<f64>,
    null_per_second: Vec<f64>,
}

/// All of them, in one run, so that they can be compared with each other.
///
/// # Errors
/// When the server fails or refuses something.
pub(crate) fn figures(plan: Plan) -> anyhow::Result<Vec<Figure>> {
    let world = World::start()?;
    let (null_write, null_read) = (
        null_server::start(WRITE_ANSWER_LEN)?,
        null_server::start(CONTENT_LEN)?,
    );
    let mut rounds: [Rounds; 4] = Default::default();
    let (mut syncs, mut flushes, mut by_wrk) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        syncs.push(disk::syncs_per_second(
            world.server.home(),
            CONTENT_LEN,
            plan.duration / 4,
        )?);
        let [write_original, write_ours, read_original, read_ours] = &mut rounds;
        let before = disk::flushes();
        let answered = write_original.measure(&world, plan, world.write_original())?;
        if let Some((before, after)) = before.zip(disk::flushes()) {
            flushes.push(answered / as_number(after.saturating_sub(before)).max(1.0));
        }
        write_ours.measure(&world, plan, world.write_ours())?;
        read_original.measure(&world, plan, world.read_original())?;
        read_ours.measure(&world, plan, world.read_ours())?;
        let null = load::run(null_write, world.write_original(), plan.duration / 2)?;
        write_original.null_per_second.push(null.per_second);
        write_ours.null_per_second.push(null.per_second);
        let null = load::run(null_read, world.read_original(), plan.duration / 2)?;
        read_original.null_per_second.push(null.per_second);
        read_ours.null_per_second.push(null.per_second);
        if wrk::is_there() {
            by_wrk.push(wrk_reads(&world, plan)?);
        }
    }
    let [write_original, write_ours, read_original, read_ours] = rounds;
    let peak = memory::peak(&world.server, &world.basics)?;
    Ok(vec![
        write_original
            .figure("write 10 KiB, original wire, 32 connections", WRITES_GOAL)
            .beside("syncs of this disk, one after the other", "1/s", &syncs)
            .beside("writes for one flush of the disk", "", &flushes),
        write_ours
            .figure(
                "write 10 KiB and inventory, our wire, 32 connections",
                WRITES_GOAL,
            )
            .beside("syncs of this disk, one after the other", "1/s", &syncs),
        read_original
            .figure("read 10 KiB, original wire, 32 connections", READS_GOAL)
            .beside("asked by wrk", "1/s", &by_wrk),
        read_ours.figure("read 10 KiB, our wire, 32 connections", READS_GOAL),
        Figure::new(
            "most memory: hashing queue full, 32 uploads of 10 MiB",
            "MiB",
            vec![peak.memory_mib],
        )
        .goal(MEMORY_GOAL)
        .beside("of it bodies on their way, at most", "MiB", &[peak.bodies_mib])
        .beside(
            "passwords that wait for their hash, at most",
            "",
            &[peak.hashes_waiting],
        ),
    ])
}

impl Rounds {
    /// One round. How many answers there were, those of the warm-up included.
    fn measure(&mut self, world: &World, plan: Plan, scripts: Vec<Box<dyn Script>>) -> anyhow::Result<f64> {
        let before = process::busy(world.server.process_id())?;
        let measured = load::run(world.server.address(), scripts, plan.duration)?;
        let busy = process::busy(world.server.process_id())?.saturating_sub(before);
        let Measured {
            per_second,
            p50_ms,
            p99_ms,
        } = measured;
        let answered = per_second * (plan.duration + load::warm_up(plan.duration)).as_secs_f64();
        self.per_second.push(per_second);
        self.p50_ms.push(p50_ms);
        self.p99_ms.push(p99_ms);
        self.server_us.push(busy.as_secs_f64() * 1e6 / answered);
        Ok(answered)
    }

    fn figure(self, name: &str, goal: Goal) -> Figure {
        Figure::new(name, "1/s", self.per_second)
            .goal(goal)
            .beside("p50", "ms", &self.p50_ms)
            .beside("p99", "ms", &self.p99_ms)
            .beside(
                "time of the server for each, both cores together",
                "µs",
                &self.server_us,
            )
            .beside("a server that does nothing", "1/s", &self.null_per_second)
    }
}

fn wrk_reads(world: &World, plan: Plan) -> anyhow::Result<f64> {
    let url = format!("http://{}/personas/persona-0", world.server.address());
    let credential = world.basics.first().map(crate::scripts::Basic::header);
    wrk::run(&url, &credential.unwrap_or_default(), plan.duration)
}

fn as_number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
