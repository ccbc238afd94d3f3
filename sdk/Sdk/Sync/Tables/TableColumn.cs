namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type as the engine writes it.</param>
/// <param name="IsKey">It is part of the primary key.</param>
public sealed record TableColumn(string Name, string Type, bool IsKey);
