namespace Yyc3.Connectors.PostgreSql.Values;

/// <summary>Writes a value in the wire format of its type.</summary>
/// <param name="text">Its text in UTF-8.</param>
/// <param name="target">At least <see cref="WireForm.MostMore"/> longer than the text.</param>
/// <returns>Bytes written; -1 when the text is not plain.</returns>
internal delegate int WireWriter(ReadOnlySpan<byte> text, Span<byte> target);
