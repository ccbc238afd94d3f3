namespace Yyc3.Connectors.MongoDb.Values;

/// <summary>Judges a name.</summary>
/// <param name="utf8">The name.</param>
/// <returns>True when it passes.</returns>
internal delegate bool Utf8Predicate(ReadOnlySpan<byte> utf8);
