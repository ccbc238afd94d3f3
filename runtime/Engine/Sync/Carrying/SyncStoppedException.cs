namespace Yyc3.Connectors.Runtime.Sync.Carrying;

/// <summary>A run ends here, and trying again would not help. The message is for people.</summary>
internal sealed class SyncStoppedException(string reason) : Exception(reason);
