using System.Globalization;

namespace Yyc3.Connectors.Sdk.Database;

/// <summary>
/// One value going to or coming from a database. A small struct without boxing; integers and decimals stay exact.
/// </summary>
public readonly struct DbValue : IEquatable<DbValue>
{
    private readonly long _bits;
    private readonly object? _reference;

    private DbValue(DbValueKind kind, long bits, object? reference) =>
        (Kind, _bits, _reference) = (kind, bits, reference);

    /// <summary>No value; also the default.</summary>
    public static DbValue Null => default;

    /// <summary>What is held.</summary>
    public DbValueKind Kind { get; }

    /// <summary>True for <see cref="DbValueKind.Null"/>.</summary>
    public bool IsNull => Kind == DbValueKind.Null;

    /// <summary>Holds true or false.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The holder.</returns>
    public static DbValue From(bool value) => new(DbValueKind.Boolean, value ? 1 : 0, null);

    /// <summary>Holds an integer.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The holder.</returns>
    public static DbValue From(long value) => new(DbValueKind.Int64, value, null);

    /// <summary>Holds a floating-point number.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The holder.</returns>
    public static DbValue From(double value) => new(DbValueKind.Double, BitConverter.DoubleToInt64Bits(value), null);

    /// <summary>Holds an exact number.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The holder.</returns>
    public static DbValue From(decimal value) => FromDecimal(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Holds a text.</summary>
    /// <param name="value">The value; null gives <see cref="Null"/>.</param>
    /// <returns>The holder.</returns>
    public static DbValue From(string? value) => value is null ? Null : new(DbValueKind.String, 0, value);

    /// <summary>Holds bytes.</summary>
    /// <param name="value">The value; null gives <see cref="Null"/>. Not copied.</param>
    /// <returns>The holder.</returns>
    public static DbValue From(byte[]? value) => value is null ? Null : new(DbValueKind.Bytes, 0, value);

    /// <summary>Holds a moment.</summary>
    /// <param name="value">The value; kept as UTC.</param>
    /// <returns>The holder.</returns>
    public static DbValue From(DateTimeOffset value) => new(DbValueKind.Timestamp, value.UtcTicks, null);

    /// <summary>Holds an exact number given as text.</summary>
    /// <param name="text">Digits with an optional sign, point and exponent.</param>
    /// <returns>The holder.</returns>
    public static DbValue FromDecimal(string text) => new(DbValueKind.Decimal, 0, text);

    /// <summary>Holds JSON.</summary>
    /// <param name="json">Valid JSON text.</param>
    /// <returns>The holder.</returns>
    public static DbValue FromJson(string json) => new(DbValueKind.Json, 0, json);

    /// <summary>Reads <see cref="DbValueKind.Boolean"/>.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">Another kind is held.</exception>
    public bool AsBoolean() => Check(DbValueKind.Boolean)._bits != 0;

    /// <summary>Reads <see cref="DbValueKind.Int64"/>.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">Another kind is held.</exception>
    public long AsInt64() => Check(DbValueKind.Int64)._bits;

    /// <summary>Reads <see cref="DbValueKind.Double"/>.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">Another kind is held.</exception>
    public double AsDouble() => BitConverter.Int64BitsToDouble(Check(DbValueKind.Double)._bits);

    /// <summary>Reads <see cref="DbValueKind.Timestamp"/>.</summary>
    /// <returns>The moment, UTC.</returns>
    /// <exception cref="InvalidOperationException">Another kind is held.</exception>
    public DateTimeOffset AsTimestamp() => new(Check(DbValueKind.Timestamp)._bits, TimeSpan.Zero);

    /// <summary>Reads <see cref="DbValueKind.Bytes"/>.</summary>
    /// <returns>The bytes; do not change them.</returns>
    /// <exception cref="InvalidOperationException">Another kind is held.</exception>
    public byte[] AsBytes() => (byte[])Check(DbValueKind.Bytes)._reference!;

    /// <summary>Reads <see cref="DbValueKind.String"/>, <see cref="DbValueKind.Decimal"/> or <see cref="DbValueKind.Json"/>.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="InvalidOperationException">Another kind is held.</exception>
    public string AsText() =>
        _reference as string ?? throw new InvalidOperationException($"A {Kind} is held, not a text.");

    /// <inheritdoc/>
    public bool Equals(DbValue other) =>
        Kind == other.Kind
        && _bits == other._bits
        && (
            Kind == DbValueKind.Bytes
                ? AsBytes().AsSpan().SequenceEqual(other.AsBytes())
                : Equals(_reference, other._reference)
        );

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DbValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _bits, _reference is string text ? text : null);

    /// <summary>Shows the value for a person.</summary>
    /// <returns>The value as invariant text; bytes by their number.</returns>
    public override string ToString() =>
        Kind switch
        {
            DbValueKind.Null => "null",
            DbValueKind.Boolean => _bits != 0 ? "true" : "false",
            DbValueKind.Int64 => _bits.ToString(CultureInfo.InvariantCulture),
            DbValueKind.Double => AsDouble().ToString("R", CultureInfo.InvariantCulture),
            DbValueKind.Timestamp => AsTimestamp().ToString("O", CultureInfo.InvariantCulture),
            DbValueKind.Bytes => $"{AsBytes().Length} bytes",
            _ => AsText(),
        };

    /// <summary>Compares kind and content.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when both are the same.</returns>
    public static bool operator ==(DbValue left, DbValue right) => left.Equals(right);

    /// <summary>Compares kind and content.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when they differ.</returns>
    public static bool operator !=(DbValue left, DbValue right) => !left.Equals(right);

    private DbValue Check(DbValueKind kind) =>
        Kind == kind ? this : throw new InvalidOperationException($"A {Kind} is held, not a {kind}.");
}
