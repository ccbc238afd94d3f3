namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>What is to be decoded of the log.</summary>
/// <param name="Name">Name of slot and publication.</param>
/// <param name="Begin">What was told already is left out.</param>
/// <param name="End">Where to end: every transaction whose commit lies before this is in it.</param>
/// <param name="IsLast">The log ends there for now.</param>
internal sealed record LogRange(string Name, LogPosition Begin, ulong End, bool IsLast);
