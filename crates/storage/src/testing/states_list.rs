//! The list of the tests of the states of an account.

/// Part of [`conformance_tests`](crate::conformance_tests).
#[doc(hidden)]
#[macro_export]
macro_rules! state_tests {
    ($open:ident) => {
        $crate::conformance_tests!(@concern $open confirmation {
            a_sign_up_waits_for_its_letter
            nobody_confirms_an_account_that_is_past_its_time
            an_unconfirmed_account_holds_a_mebibyte_on_either_wire
            neither_undo_nor_recovery_confirms_an_address
            a_squatter_and_the_owner_of_the_address_get_nothing_of_each_other
            an_unconfirmed_account_is_not_frozen_and_loses_nothing
            an_account_with_a_confirmed_address_is_reset_as_it_is
        });
        $crate::conformance_tests!(@concern $open undo {
            an_undo_of_a_reset_puts_password_and_wrap_back
            an_undo_exchanges_two_proven_passwords
            a_dispute_ends_after_fourteen_days_and_the_exchanged_password_is_kept_as_long_again
            an_undo_after_the_credential_changed_is_refused
            without_a_kept_password_there_is_nothing_to_undo
            only_the_recovery_code_decides_a_dispute
            a_recovery_decides_a_dispute_for_good
            an_undo_voids_reset_codes
            what_a_disputed_account_adds_is_bounded_from_the_undo_on
            a_reset_in_a_dispute_keeps_the_password_in_force
        });
        $crate::conformance_tests!(@concern $open thieves {
            a_mailbox_thief_destroys_nothing_and_is_given_nothing
            a_password_thief_who_undoes_cannot_delete
            a_password_thief_who_waits_for_the_end_of_a_dispute_finds_that_the_owner_reset
            a_password_thief_who_waits_deletes_only_what_can_be_taken_back
            a_thief_and_an_owner_who_undo_in_turn_lose_nothing
            an_owner_who_freezes_stops_a_password_thief_at_once
            trouble_prunes_no_version
        });
        $crate::conformance_tests!(@concern $open code_thieves {
            a_thief_with_a_code_of_his_own_deletes_only_what_can_be_taken_back
            the_code_that_decides_deletes_at_once_also_when_it_is_the_former_one
            two_changes_of_password_push_no_owner_out
            a_password_that_is_kept_ends_in_its_time_and_the_next_one_is_kept
            a_code_that_is_replaced_twice_leaves_the_owners_to_decide
            a_thief_who_recovers_with_a_code_of_his_own_pushes_no_owner_out
            a_thief_makes_no_new_backup_key
            an_owner_who_resets_by_mail_first_is_pushed_out_by_no_code_of_the_thiefs
            an_owner_who_resets_in_the_dispute_keeps_the_password_of_the_undo
            an_owner_who_undoes_on_the_last_day_has_the_whole_dispute_to_decide
            an_owner_who_resets_or_freezes_first_decides_however_long_that_lasts
            trouble_keeps_a_former_code_that_is_kept_and_no_other
            after_fourteen_days_the_code_in_force_decides
            what_is_replaced_before_the_address_is_confirmed_is_kept_too
        });
        $crate::conformance_tests!(@concern $open frozen {
            a_freeze_ends_sessions_and_reset_codes
            a_frozen_account_reads_and_adds_and_refuses_the_rest
            either_proof_lifts_a_freeze_and_voids_its_links
            a_proof_of_the_backup_key_ends_the_state_beneath_only_where_it_may
            an_undo_leaves_a_freeze_as_it_is
            a_recovery_lifts_a_freeze
            without_a_key_record_time_lifts_a_freeze
            a_freeze_takes_a_deletion_back
        });
        $crate::conformance_tests!(@concern $open links {
            a_link_that_freezes_works_once_for_fourteen_days
            a_newer_link_that_freezes_takes_the_place_of_the_twenty_first
            a_code_of_one_kind_does_nothing_of_another
            no_link_is_stored_that_the_account_is_past
        });
        $crate::conformance_tests!(@concern $open recovery {
            a_recovery_changes_everything_at_once
            a_recovery_leads_out_of_every_state
            a_recovery_of_an_unproven_account_keeps_what_was_proven
            a_recovery_brings_no_password_back_whose_time_was_over
            a_wrong_code_recovers_nothing
            a_recovery_that_was_overtaken_changes_nothing
        });
        $crate::conformance_tests!(@concern $open deletion {
            a_deleted_account_can_be_read_and_nothing_else
            a_deleted_account_is_gone_after_thirty_days
            an_address_is_free_as_soon_as_the_deletion_is_over
            a_deletion_is_taken_back_by_its_owner
            a_reset_and_an_undo_take_a_deletion_back
            a_proof_alone_takes_no_deletion_back
            the_recovery_code_deletes_at_once
            an_account_with_nothing_to_take_back_is_removed_at_once
            a_deletion_by_somebody_signed_out_is_refused
        });
        $crate::conformance_tests!(@concern $open address_change {
            a_change_waits_and_tells_both_addresses
            a_change_is_in_force_when_both_have_confirmed_in_either_order
            confirming_a_change_confirms_the_sign_up_too
            a_change_ends_after_its_day
            a_refused_key_record_asks_for_nothing
            a_change_is_taken_back
        });
        $crate::conformance_tests!(@concern $open void_address_changes {
            a_change_is_void_once_anything_that_it_stands_on_changed
            an_account_in_trouble_asks_for_no_change
            a_taken_address_answers_alike_and_is_never_confirmed
            an_address_that_was_taken_meanwhile_is_not_confirmed
            the_code_of_a_change_confirms_no_later_one
        });
        $crate::conformance_tests!(@concern $open operators {
            accounts_are_listed_page_by_page_in_order_of_their_address
            a_summary_says_what_an_operator_needs
            an_operator_freezes_and_lifts_without_a_proof
            an_operator_removes_now_in_any_state
            an_operator_removes_later_only_what_may_be_taken_back
            an_operator_takes_a_removal_back_within_its_days
            an_operator_moves_no_account_that_is_not_there
        });
    };
}
