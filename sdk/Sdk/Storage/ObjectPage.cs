namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>One page of a listing.</summary>
/// <param name="Objects">The objects, by ascending key.</param>
/// <param name="NextCursor">Where to go on; null when this is the last page.</param>
public sealed record ObjectPage(IReadOnlyList<ObjectInfo> Objects, string? NextCursor);
