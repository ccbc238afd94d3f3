using System.Globalization;

namespace Yyc3.Connectors.AwsS3.Objects;

/// <summary>The note in an object's metadata that its content is compressed.</summary>
/// <param name="PlainSize">Size of the plain content; null when it was not known when the upload began and stands at its end.</param>
internal sealed record GzipMark(long? PlainSize)
{
    private const string NotKnown = "unknown";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static GzipMark Parse(string text) =>
        new(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null);

    public override string ToString() => PlainSize?.ToString(CultureInfo.InvariantCulture) ?? NotKnown;
}
