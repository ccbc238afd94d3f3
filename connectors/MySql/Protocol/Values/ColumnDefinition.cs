using System.Text;
using Yyc3.Connectors.MySql.Protocol.Wire;

namespace Yyc3.Connectors.MySql.Protocol.Values;

/// <summary>One column of a result, or one parameter, as the server describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Type on the wire.</param>
/// <param name="Flags">What is added to the type.</param>
/// <param name="IsBinary">Whether its texts are bytes.</param>
/// <param name="Length">Longest text in bytes.</param>
/// <param name="Decimals">Digits behind the point.</param>
/// <param name="IsJson">Whether its texts are JSON.</param>
/// <param name="ExtendedType">MariaDB's name of a type that the wire does not know, such as <c>uuid</c>; else null.</param>
internal sealed record ColumnDefinition(
    string Name,
    ColumnType Type,
    ColumnFlags Flags,
    bool IsBinary,
    uint Length,
    byte Decimals,
    bool IsJson,
    string? ExtendedType
)
{
    private const ushort BinaryCharset = 63;
    private const byte ExtendedTypeName = 0;
    private const byte ExtendedFormat = 1;

    public bool IsUnsigned => (Flags & ColumnFlags.Unsigned) != ColumnFlags.None;

    /// <summary>Whether it is what <c>BOOLEAN</c> stands for.</summary>
    public bool IsBoolean => Length == 1 && (Type == ColumnType.Bit || (Type == ColumnType.Tiny && !IsUnsigned));

    /// <summary>Whether it holds a day and a time.</summary>
    public bool IsDateTime => Type is ColumnType.DateTime or ColumnType.Timestamp;

    /// <summary>The type as in <c>CREATE TABLE</c>, without length.</summary>
    public string TypeName =>
        ExtendedType ?? (IsJson ? "json" : PlainTypeName() + (IsNumber && IsUnsigned ? " unsigned" : ""));

    private bool IsNumber =>
        Type
            is ColumnType.Tiny
                or ColumnType.Short
                or ColumnType.Int24
                or ColumnType.Long
                or ColumnType.LongLong
                or ColumnType.Float
                or ColumnType.Double
                or ColumnType.Decimal
                or ColumnType.NewDecimal;

    public static ColumnDefinition Parse(ReadOnlySpan<byte> payload, bool hasExtendedMetadata)
    {
        var packet = new PacketReader(payload);
        for (var skipped = 0; skipped < 4; skipped++)
        {
            packet.LengthEncoded();
        }

        var name = packet.LengthEncodedText();
        packet.LengthEncoded();
        string? extendedType = null;
        var isJson = false;
        if (hasExtendedMetadata)
        {
            var extended = new PacketReader(packet.LengthEncoded());
            while (extended.Remaining > 0)
            {
                var kind = extended.Byte();
                var value = extended.LengthEncoded();
                if (kind == ExtendedTypeName)
                {
                    extendedType = Encoding.ASCII.GetString(value);
                }
                else if (kind == ExtendedFormat)
                {
                    isJson |= value.SequenceEqual("json"u8);
                }
            }
        }

        packet.LengthEncodedInteger();
        var charset = packet.UInt16();
        var length = packet.UInt32();
        var type = (ColumnType)packet.Byte();
        var flags = (ColumnFlags)packet.UInt16();
        isJson |= type == ColumnType.Json;
        return new(name, type, flags, charset == BinaryCharset, length, packet.Byte(), isJson, extendedType);
    }

    private string PlainTypeName() =>
        Type switch
        {
            ColumnType.Tiny when IsBoolean => "boolean",
            ColumnType.Tiny => "tinyint",
            ColumnType.Short => "smallint",
            ColumnType.Int24 => "mediumint",
            ColumnType.Long => "int",
            ColumnType.LongLong => "bigint",
            ColumnType.Float => "float",
            ColumnType.Double => "double",
            ColumnType.Decimal or ColumnType.NewDecimal => "decimal",
            ColumnType.Timestamp => "timestamp",
            ColumnType.DateTime => "datetime",
            ColumnType.Date or ColumnType.NewDate => "date",
            ColumnType.Time => "time",
            ColumnType.Year => "year",
            ColumnType.Bit => "bit",
            ColumnType.Vector => "vector",
            ColumnType.Geometry => "geometry",
            ColumnType.Null => "",
            _ when (Flags & ColumnFlags.Enumeration) != ColumnFlags.None => "enum",
            _ when (Flags & ColumnFlags.Set) != ColumnFlags.None => "set",
            ColumnType.VarChar or ColumnType.VarString => IsBinary ? "varbinary" : "varchar",
            ColumnType.Text => IsBinary ? "binary" : "char",
            _ => IsBinary ? "blob" : "text",
        };
}
