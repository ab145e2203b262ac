//! The list of the tests of objects and their versions.

/// Part of [`conformance_tests`](crate::conformance_tests).
#[doc(hidden)]
#[macro_export]
macro_rules! content_tests {
    ($open:ident) => {
        $crate::conformance_tests!(@concern $open objects {
            an_object_comes_back_byte_for_byte
            an_overwrite_keeps_the_version_before_it
            an_object_may_be_empty
            nothing_is_read_of_an_object_that_is_longer_than_asked
            an_object_of_the_largest_size_comes_back
            objects_are_listed_by_the_bytes_of_their_id
            ids_are_any_text
            a_deleted_object_is_gone_and_can_be_written_again
            deleting_what_is_not_there_says_so
            another_accounts_objects_are_invisible
            an_unknown_account_has_no_objects
            writes_at_once_to_many_ids_all_arrive
            a_list_says_what_it_takes_before_it_is_read
        });
        $crate::conformance_tests!(@concern $open sealed_objects {
            object_and_inventory_are_written_together
            the_first_inventory_replaces_none
            another_inventory_version_is_a_conflict_and_changes_nothing
            of_two_writes_at_once_exactly_one_wins
            a_deletion_writes_the_inventory_without_the_object
            deleting_what_is_not_there_leaves_the_inventory
            a_deleted_object_comes_back_as_it_was
            what_was_not_deleted_cannot_come_back
            the_inventory_is_no_object
            a_write_of_the_original_wire_leaves_the_inventory
        });
        $crate::conformance_tests!(@concern $open quota {
            a_write_over_the_quota_changes_nothing
            the_quota_counts_every_version
            object_and_inventory_count_to_the_quota_together
            a_full_account_can_be_cleaned_up_within_a_reserve
            an_account_has_no_more_than_the_most_ids
        });
        $crate::conformance_tests!(@concern $open versions {
            versions_are_listed_newest_first_with_deletions
            a_version_is_read_as_it_was_written_also_while_the_object_is_deleted
            a_version_comes_back_as_the_newest
            what_is_not_kept_does_not_come_back
            a_version_comes_back_only_within_the_quota
            an_account_that_may_not_overwrite_brings_nothing_back
            a_version_comes_back_without_touching_the_inventory
            an_undelete_takes_the_deletion_out_of_the_history
        });
        $crate::conformance_tests!(@concern $open deleted {
            what_is_deleted_is_listed_with_what_comes_back
            a_list_of_what_is_deleted_says_what_it_takes
            a_deletion_that_is_over_is_listed_no_more
            what_is_removed_in_part_does_not_come_back
            earlier_inventories_are_listed_and_read
            an_inventory_alone_takes_the_place_of_the_one_before
            an_inventory_alone_is_refused_as_a_deletion_is
        });
        $crate::conformance_tests!(@concern $open kept {
            what_is_kept_beside_what_shows_is_listed_page_by_page
            a_version_is_kept_until_the_time_that_the_list_says
            what_was_overwritten_or_deleted_comes_back_as_a_write
            only_its_owner_brings_back_what_a_sealed_list_names
            the_operator_brings_nothing_back_where_its_owner_could_not
            what_is_not_kept_is_not_brought_back
        });
        $crate::conformance_tests!(@concern $open retention {
            the_newest_ten_are_kept_however_old
            what_stood_for_a_month_survives_a_burst_of_writes
            a_deleted_object_is_removed_thirty_days_later
            inventories_are_pruned_like_objects
            one_round_removes_a_bounded_amount
            random_histories_keep_exactly_what_the_rule_says
            nothing_is_pruned_of_an_account_that_is_not_active
            what_was_kept_through_trouble_is_kept_for_thirty_days_after_it
            trouble_that_time_ends_leaves_thirty_days_too
        });
        $crate::conformance_tests!(@concern $open sweeping {
            small_rows_are_removed_when_their_time_is_over
            what_is_not_over_survives_the_sweeper
            an_unconfirmed_account_is_removed_with_all_it_stored
            a_store_with_nothing_to_remove_says_so
            a_doubt_is_kept_until_the_next_sweep
            the_time_of_the_last_sweep_is_known
        });
    };
}
