namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>A topic as this transaction sees it.</summary>
internal sealed record QueueTopic(long Id, string Name, int Partitions);
