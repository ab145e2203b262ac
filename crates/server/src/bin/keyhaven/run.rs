//! From a configuration to a running server and back.

use std::{
    fmt::Write as _, future::pending, io::Write as _, net::SocketAddr, path::PathBuf, sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use keyhaven_server::{
    app_state::{AppState, ClockRef, Parts, Policy, ResetByUrl, TakenAddress},
    clock::{CivilTime, OffsetClock, SystemClock},
    config::{BaseUrl, Config, ConfirmationConfig, Loaded, LogFormat, LogLevel, TakenAddressConfig},
    credential::{AttemptLimiter, Credentials, Guesses, Hasher, KdfPolicy, SuccessCache},
    mail::{Delivery, House, Logo, MailSignal, MailWorker, Outbox, ReplaceableDelivery, Smtp, SmtpOptions},
    metrics::{self, Metrics},
    recovery_app::RecoveryApp,
    request_limits::{Allowance, RequestLimits},
    router::router,
    secrets::Secrets,
    serve::serve as serve_http,
    sweeper::Sweeper,
};
use keyhaven_storage::Confirmation;
use keyhaven_storage_sql::{SqliteOptions, SqliteStore};
use tracing_subscriber::filter::LevelFilter;

use crate::{
    command_line::Settings,
    data_folder::DataFolder,
    duties::{Duties, Ending},
    listeners::{gate, listen, serve_metrics},
    reload::{Reloader, told_to_reload},
};

/// Prints the effective configuration, and on the standard error what was not understood.
pub(crate) fn print_config(loaded: &Loaded) -> anyhow::Result<()> {
    for name in &loaded.ignored_variables {
        writeln!(
            std::io::stderr(),
            "the environment variable {name} names no setting"
        )
        .context("cannot print")?;
    }
    let text = toml::to_string_pretty(&loaded.config).context("the configuration cannot be printed")?;
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("cannot print")
}

/// Says on the standard error why the command failed, with every reason behind it.
pub(crate) fn complain(error: &anyhow::Error) {
    let mut text = "keyhaven: ".to_owned();
    let reasons: Vec<_> = error.chain().map(ToString::to_string).collect();
    let _ = writeln!(text, "{}", reasons.join(": "));
    let _unwritable = std::io::stderr().write_all(text.as_bytes());
}

/// Runs the server until it is told to stop, or the store has stopped.
pub(crate) fn serve(words: &Settings) -> anyhow::Result<()> {
    let Loaded {
        config,
        ignored_variables,
    } = words.load()?;
    start_log(&config);
    for name in ignored_variables {
        tracing::warn!(name, "this environment variable names no setting");
    }
    // The message of a panic may quote what it was about; the place is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start")?;
    let ended = runtime.block_on(run(config, words));
    runtime.shutdown_timeout(Duration::from_secs(5));
    ended
}

fn start_log(config: &Config) {
    let level = match config.log.level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let log = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(false);
    match config.log.format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

async fn run(config: Config, words: &Settings) -> anyhow::Result<()> {
    let told_to_reload = told_to_reload()?;
    let folder = DataFolder::for_server(&config.data)?;
    folder.require_store_if_made()?;
    let secrets = folder.secrets()?;
    let app = match &config.app {
        Some(folder) => RecoveryApp::from_folder(folder)?,
        None => RecoveryApp::embedded()?,
    };
    let options = SqliteOptions::default().with_quota_bytes(config.accounts.quota_bytes);
    let store = SqliteStore::open(&folder.database(), options).await?;
    folder.note_store()?;
    let listener = listen(config.listen).with_context(|| format!("cannot listen on {}", config.listen))?;
    let listening = listener.local_addr()?;
    let base_url = config
        .base_url
        .clone()
        .unwrap_or_else(|| BaseUrl::of_loopback(listening));
    let metrics = Metrics::default();
    let clock = clock(&config);
    let signal = MailSignal::default();
    let letters = Arc::new(ReplaceableDelivery::new(delivery(&config, folder.outbox())?));
    let worker = MailWorker {
        store: Arc::new(store.clone()),
        clock: Arc::clone(&clock),
        delivery: Arc::clone(&letters) as Arc<dyn Delivery>,
        base_url: base_url.clone(),
        from: config.mail.from.parse().context("mail.from is not an address")?,
        house: house(&config)?,
        signal: signal.clone(),
        metrics: metrics.clone(),
    };
    let sweeper = Sweeper {
        store: Arc::new(store.clone()),
        clock: Arc::clone(&clock),
        signal: signal.clone(),
        leaps: config.development.clock_offset_file.is_some(),
        every: Duration::from_secs(config.accounts.sweep_seconds),
    };
    let credentials = credentials(&config, secrets)?;
    let reloader = Reloader {
        words: words.clone(),
        data: config.data.clone(),
        outbox: folder.outbox(),
        kdf: Arc::clone(&credentials.kdf),
        letters,
    };
    let parts = Parts {
        credentials,
        mail: signal,
        policy: policy(&config, base_url, &clock)?,
        app,
        trusted_proxies: config.trusted_proxies.clone(),
        limits: RequestLimits::new(config.sign_ups(), config.reset_requests()),
        requests_max: config.load.requests,
        metrics: metrics.clone(),
        clock,
    };
    let state = AppState::new(Arc::new(store.clone()), parts);
    let mut duties = Duties::default();
    serve_metrics(&mut duties, &config, metrics::router(state.clone()), pending())?;
    let router = router(state);
    duties.take_on("sending mail", worker.run());
    duties.take_on("sweeping", sweeper.run());
    duties.take_on("reading again on SIGHUP", reloader.run(told_to_reload));
    let told_to_stop = told_to_stop()?;
    announce(listening)?;
    let stopped = store.stopped();
    let mut ending = Ending::Told;
    serve_http(listener, router, gate(&config, metrics), async {
        ending = Ending::first(told_to_stop, stopped, &mut duties).await;
    })
    .await;
    drop(duties);
    store.close().await;
    ending.outcome()
}

pub(crate) fn clock(config: &Config) -> ClockRef {
    match &config.development.clock_offset_file {
        Some(file) => Arc::new(OffsetClock::new(file.clone())),
        None => Arc::new(SystemClock),
    }
}

pub(crate) fn delivery(config: &Config, outbox: PathBuf) -> anyhow::Result<Arc<dyn Delivery>> {
    let Some(smtp) = &config.mail.smtp else {
        let outbox = Outbox::open(outbox).context("cannot make the outbox")?;
        return Ok(Arc::new(outbox));
    };
    let options = SmtpOptions {
        host: smtp.host.clone(),
        port: smtp.port,
        security: smtp.security,
        login: smtp.user.clone().zip(smtp.password.clone()),
        ca_file: smtp.ca_file.clone(),
    };
    Ok(Arc::new(Smtp::new(options)?))
}

/// What the operator chose for all letters.
fn house(config: &Config) -> anyhow::Result<House> {
    let logo = config.mail.logo.as_deref().map(Logo::read).transpose()?;
    Ok(House {
        name: config.mail.name.clone(),
        language: config.mail.language,
        logo: logo.map(Arc::new),
    })
}

fn credentials(config: &Config, secrets: Secrets) -> anyhow::Result<Credentials> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let Allowance { at_once, refill } = config.wrong_passwords();
    let limiter = || Arc::new(AttemptLimiter::new(at_once, refill));
    let hasher = Hasher::new(cores)?;
    let guesses = config.guesses();
    // Half of the queue is left to others, whoever fills the rest.
    let at_a_time = u32::try_from(hasher.places() / 2).unwrap_or(u32::MAX);
    Ok(Credentials {
        hasher,
        guesses: Arc::new(Guesses::new(guesses.at_once, guesses.refill, at_a_time)),
        kdf: Arc::new(KdfPolicy::new(secrets.salt_keys, &config.accounts.kdf)?),
        cache: Arc::new(SuccessCache::new()?),
        sign_ins: limiter(),
        passwords: limiter(),
        old_passwords: limiter(),
    })
}

fn policy(config: &Config, base_url: BaseUrl, clock: &ClockRef) -> anyhow::Result<Policy> {
    let allowed_origins = config
        .allowed_origins
        .iter()
        .map(|origin| origin.parse())
        .collect::<Result<_, _>>()
        .context("allowed_origins")?;
    Ok(Policy {
        base_url,
        started: CivilTime::of(clock.now()).rfc3339(),
        taken_address: match config.accounts.taken_address {
            TakenAddressConfig::Reveal => TakenAddress::Reveal,
            TakenAddressConfig::Private => TakenAddress::Private,
        },
        confirmation: match config.accounts.confirmation {
            ConfirmationConfig::Required => Confirmation::Required,
            ConfirmationConfig::Off => Confirmation::NotAsked,
        },
        reset_by_url: if config.development.mail_on_get {
            ResetByUrl::Mail
        } else {
            ResetByUrl::Ignore
        },
        quota_bytes: config.accounts.quota_bytes,
        allowed_origins,
    })
}

/// The one line on the standard output, for people and for whoever started us.
fn announce(listening: SocketAddr) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{listening}")
        .and_then(|()| out.flush())
        .context("cannot print")
}

/// Ctrl-C, or what a service manager sends. Heard from the call on, be it awaited later.
fn told_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot hear signals")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot hear signals")?;
    Ok(async move {
        tokio::select! { _ = interrupt.recv() => {} _ = terminate.recv() => {} }
    })
}
