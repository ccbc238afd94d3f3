namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>A part of an object as HTTP writes it: first to last, from first on, or the last so many bytes.</summary>
public readonly record struct ByteRange
{
    private ByteRange(long? first, long? last, long? suffixLength) =>
        (First, Last, SuffixLength) = (first, last, suffixLength);

    /// <summary>First byte, counted from 0; null for a suffix.</summary>
    public long? First { get; }

    /// <summary>Last byte, inclusive; null means to the end.</summary>
    public long? Last { get; }

    /// <summary>So many bytes at the end; null unless the range is a suffix.</summary>
    public long? SuffixLength { get; }

    /// <summary>From one byte to another, both inclusive.</summary>
    /// <param name="first">First byte, counted from 0.</param>
    /// <param name="last">Last byte, inclusive, not before the first; null means to the end.</param>
    /// <returns>The range.</returns>
    public static ByteRange Between(long first, long? last)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        if (last < first)
        {
            throw new ArgumentOutOfRangeException(nameof(last), last, "The last byte lies before the first.");
        }

        return new ByteRange(first, last, null);
    }

    /// <summary>The last bytes.</summary>
    /// <param name="length">How many.</param>
    /// <returns>The range.</returns>
    public static ByteRange Suffix(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new ByteRange(null, null, length);
    }

    /// <summary>Cuts the range to an object's size.</summary>
    /// <param name="size">Size of the object in bytes.</param>
    /// <returns>First byte and number of bytes.</returns>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.OutOfRange"/> (<c>RANGE_NOT_SATISFIABLE</c>) when no byte lies inside; details hold <c>size</c>.
    /// </exception>
    public (long First, long Length) Resolve(long size)
    {
        if (SuffixLength is { } suffix && suffix > 0 && size > 0)
        {
            var length = Math.Min(suffix, size);
            return (size - length, length);
        }

        if (First is { } first && first < size)
        {
            return (first, Math.Min(Last ?? size - 1, size - 1) - first + 1);
        }

        throw new ConnectorException(
            ErrorKind.OutOfRange,
            "RANGE_NOT_SATISFIABLE",
            "The range lies outside the object."
        )
        {
            Field = "range",
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["size"] = size.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };
    }
}
