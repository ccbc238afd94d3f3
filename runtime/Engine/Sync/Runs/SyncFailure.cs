namespace Yyc3.Connectors.Runtime.Sync.Runs;

/// <summary>A record that could not be moved.</summary>
internal sealed record SyncFailure(string Resource, string RecordId, SyncSide Side, string Code, string Message);
