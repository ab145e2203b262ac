//! The list of the tests of accounts, their credentials, keys, sessions and mail.

/// Part of [`conformance_tests`](crate::conformance_tests).
#[doc(hidden)]
#[macro_export]
macro_rules! account_tests {
    ($open:ident) => {
        $crate::conformance_tests!(@concern $open accounts {
            an_account_is_found_by_address_and_by_id
            a_taken_address_tells_its_owner_once_while_a_letter_waits
            an_address_is_taken_in_every_case
            an_id_is_taken_under_another_address
            an_id_that_is_taken_is_refused_for_every_address_alike
            of_two_sign_ups_at_once_exactly_one_creates
            an_account_keeps_what_its_credential_is_of
            an_unknown_account_is_absent
            the_store_says_that_it_can_write
            the_store_counts_what_it_does
            a_hash_is_renewed_only_in_the_place_of_the_one_that_was_verified
        });
        $crate::conformance_tests!(@concern $open sessions {
            a_session_is_found_by_its_token_only
            a_session_ends_when_it_is_idle
            a_session_in_use_ends_after_its_life
            using_a_session_moves_its_time_by_whole_minutes_only
            a_session_for_another_epoch_is_not_opened
            a_session_for_an_unknown_account_is_not_opened
            sessions_are_listed_newest_first_without_the_ended
            ending_a_session_ends_that_one_only
            another_account_cannot_end_a_session
            ending_all_sessions_spares_other_accounts
            of_too_many_sessions_the_one_that_was_not_used_longest_ends
        });
        $crate::conformance_tests!(@concern $open keys {
            the_first_write_sets_record_and_version
            the_first_write_needs_a_recovery_wrap
            an_account_of_the_original_wire_gets_no_record
            a_second_first_write_conflicts
            a_write_over_another_version_conflicts
            a_write_without_the_proof_is_refused
            a_wrap_of_another_epoch_is_refused
            a_write_without_recovery_keeps_the_stored_one
            a_new_recovery_code_replaces_wrap_and_verifier
            of_two_writes_at_once_exactly_one_wins
            an_unknown_account_has_no_record_to_write
        });
        $crate::conformance_tests!(@concern $open renewal {
            a_renewal_replaces_wraps_and_verifiers_and_keeps_the_former_keys
            half_a_renewal_is_refused_and_changes_nothing
            the_first_record_has_no_key_before_it
            every_other_write_keeps_the_former_keys
            a_renewal_ends_every_session_but_its_authors
            a_renewal_drops_the_old_password_and_with_it_the_undo
            a_renewal_voids_reset_codes_and_a_change_of_address
            a_renewal_is_told_by_one_letter
            in_a_state_that_refuses_changes_nothing_is_renewed
            a_new_password_brings_no_new_backup_key
            of_two_renewals_at_once_exactly_one_wins
        });
        $crate::conformance_tests!(@concern $open former_codes {
            a_code_that_is_given_up_unpresented_is_kept_for_fourteen_days
            a_former_code_is_neither_displaced_nor_kept_for_longer
            a_code_that_was_presented_is_dead_at_once
            a_code_is_presented_for_a_new_one_only
            a_code_that_a_change_of_password_brings_along_leaves_the_one_before_to_decide
            a_former_code_opens_and_recovers_nothing_without_a_dispute
            a_former_code_that_decides_is_in_force_again
            a_recovery_that_decides_may_bring_a_new_code_along
            a_renewal_that_presents_no_code_or_another_is_refused
        });
        $crate::conformance_tests!(@concern $open proofs {
            a_wrong_proof_unlocks_nothing
            an_active_account_checks_a_proof_and_stays_as_it_is
            an_account_without_record_has_no_proof
            one_accounts_proof_does_not_unlock_another
        });
        $crate::conformance_tests!(@concern $open changes {
            a_change_of_password_changes_everything_at_once
            a_change_of_password_after_another_one_is_refused
            a_refused_key_record_changes_nothing
            of_two_changes_at_once_exactly_one_wins
            the_replaced_password_is_kept_for_fourteen_days
            a_change_of_an_unproven_account_keeps_the_credential_that_was_proven
            a_change_of_password_voids_reset_codes
            a_change_with_a_session_for_another_epoch_is_refused
        });
        $crate::conformance_tests!(@concern $open resets {
            a_code_resets_once
            a_code_works_for_the_address_in_other_case
            a_code_ends_after_its_life
            a_foreign_code_resets_nothing
            another_accounts_code_resets_nothing
            a_code_for_an_unknown_address_resets_nothing
            a_code_mailed_for_another_kind_resets_nothing
            of_two_resets_at_once_exactly_one_works
            the_fourth_code_drops_the_oldest
            expired_codes_do_not_count_as_outstanding
            a_reset_voids_the_other_codes
            a_reset_ends_all_sessions_and_raises_the_epoch
            an_account_without_key_record_stays_active
            an_account_with_key_record_becomes_unproven
            three_resets_in_a_row_keep_the_first_proven_credential
            the_proven_credential_outlives_any_wait_while_unproven
            after_an_unlock_the_proven_credential_stays_fourteen_days
            an_unlock_without_new_wrap_keeps_the_credential_through_another_reset
            a_kept_credential_that_expired_does_not_come_back
            a_reset_after_a_change_of_password_keeps_the_newer_password
            a_code_for_an_account_that_is_gone_is_no_error
        });
        $crate::conformance_tests!(@concern $open unproven {
            an_unproven_account_adds_but_neither_overwrites_nor_deletes
            what_an_unproven_account_adds_is_bounded_from_the_first_reset_on
            a_deleted_id_is_not_new_to_an_unproven_account
            an_unproven_account_cannot_write_the_inventory
            an_unproven_account_cannot_change_code_or_backup_key
            a_write_with_proof_makes_an_unproven_account_active
        });
        $crate::conformance_tests!(@concern $open signed_out {
            what_was_signed_in_before_a_reset_is_refused_after_it
            a_session_that_is_open_reads_and_writes
            nothing_is_done_for_a_session_that_was_ended
            nothing_is_done_after_signing_out_everywhere
            nothing_is_done_for_a_session_that_a_reset_ended
            nothing_is_done_for_another_accounts_session
        });
        $crate::conformance_tests!(@concern $open mail {
            requests_are_claimed_oldest_first
            a_claimed_job_is_leased
            of_two_claims_at_once_only_one_gets_the_job
            a_postponed_job_is_due_later_with_one_more_attempt
            a_finished_job_is_gone
            sent_mails_are_counted_by_address_and_time
            a_dropped_job_is_not_counted
            an_unknown_job_can_be_finished_without_effect
            a_job_carries_the_address_as_typed
            a_job_carries_its_subject_and_requests_are_counted_apart
            requests_for_one_address_are_one_while_one_waits
            a_request_is_kept_that_comes_while_another_is_being_sent
            a_request_that_came_meanwhile_is_merged_with_one_that_is_put_back
            a_full_queue_takes_no_more_requests_but_every_notice
            every_change_of_a_credential_queues_its_notice_with_it
            what_changes_no_credential_queues_no_notice
        });
        $crate::conformance_tests!(@concern $open notices {
            a_notice_names_its_account_while_there_is_one
            a_reset_of_an_unconfirmed_account_names_the_fresh_one
            a_freeze_says_when_time_lifts_it
            the_letter_of_a_sign_up_is_a_request_like_any_other
            a_sign_up_that_needs_no_confirmation_mails_nothing
            an_account_that_nobody_confirmed_is_told_nothing_but_what_confirms
            notices_that_would_read_the_same_are_one_while_one_waits
            letters_to_an_address_of_anybodys_choice_are_counted_there
        });
    };
}
