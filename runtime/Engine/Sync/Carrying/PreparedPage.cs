namespace Yyc3.Connectors.Runtime.Sync.Carrying;

/// <summary>A page before it is carried.</summary>
/// <param name="Changed">Its records that the other side does not have yet.</param>
/// <param name="Outcome">What is known of the others already.</param>
internal sealed record PreparedPage(List<RecordChange> Changed, PageOutcome Outcome);
