namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>One step through the log.</summary>
/// <param name="After">Where it leads.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct LogStep(LogPosition After, LogStepKind Kind)
{
    /// <summary>Key of the record that has changed: its values as the server writes them as text.</summary>
    public string[] Key { get; init; } = [];

    /// <summary>Number of the transaction that has changed it.</summary>
    public uint Transaction { get; init; }
}
