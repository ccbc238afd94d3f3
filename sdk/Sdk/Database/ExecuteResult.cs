namespace Yyc3.Connectors.Sdk.Database;

/// <summary>What a writing statement did.</summary>
/// <param name="AffectedRows">Rows inserted, updated or deleted.</param>
/// <param name="InsertId">Key the engine made for an inserted row, as text; null for none.</param>
public sealed record ExecuteResult(long AffectedRows, string? InsertId);
