namespace Yyc3.Connectors.PostgreSql.Values;

/// <summary>Object ids of the types that are read as more than text; they are the same in every database.</summary>
internal static class ColumnType
{
    public const uint Boolean = 16;
    public const uint Bytes = 17;
    public const uint Name = 19;
    public const uint Int8 = 20;
    public const uint Int2 = 21;
    public const uint Int4 = 23;
    public const uint Text = 25;
    public const uint Oid = 26;
    public const uint Json = 114;
    public const uint Xml = 142;
    public const uint Float4 = 700;
    public const uint Float8 = 701;
    public const uint FixedText = 1042;
    public const uint VaryingText = 1043;
    public const uint Date = 1082;
    public const uint Timestamp = 1114;
    public const uint Moment = 1184;
    public const uint Numeric = 1700;
    public const uint Void = 2278;
    public const uint Uuid = 2950;
    public const uint JsonBinary = 3802;
}
