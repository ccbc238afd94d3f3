namespace Yyc3.Connectors.MongoDb.Bson;

/// <summary>Types of BSON by their byte on the wire.</summary>
internal enum BsonType : byte
{
    /// <summary>No element.</summary>
    None = 0x00,

    /// <summary>64-bit floating point.</summary>
    Double = 0x01,

    /// <summary>UTF-8 text.</summary>
    String = 0x02,

    /// <summary>Document.</summary>
    Document = 0x03,

    /// <summary>Array: a document whose names count from 0.</summary>
    Array = 0x04,

    /// <summary>Bytes with a subtype.</summary>
    Binary = 0x05,

    /// <summary>Deprecated: no value.</summary>
    Undefined = 0x06,

    /// <summary>Twelve bytes that name a document.</summary>
    ObjectId = 0x07,

    /// <summary>True or false.</summary>
    Boolean = 0x08,

    /// <summary>Milliseconds since 1970, UTC.</summary>
    Date = 0x09,

    /// <summary>No value.</summary>
    Null = 0x0A,

    /// <summary>Pattern and options.</summary>
    RegularExpression = 0x0B,

    /// <summary>Deprecated: a reference.</summary>
    DbPointer = 0x0C,

    /// <summary>JavaScript.</summary>
    JavaScript = 0x0D,

    /// <summary>Deprecated: a text.</summary>
    Symbol = 0x0E,

    /// <summary>Deprecated: JavaScript with variables.</summary>
    JavaScriptWithScope = 0x0F,

    /// <summary>32-bit integer.</summary>
    Int32 = 0x10,

    /// <summary>The replication's clock.</summary>
    Timestamp = 0x11,

    /// <summary>64-bit integer.</summary>
    Int64 = 0x12,

    /// <summary>IEEE 754 decimal with 34 digits.</summary>
    Decimal128 = 0x13,

    /// <summary>Sorts after everything.</summary>
    MaxKey = 0x7F,

    /// <summary>Sorts before everything.</summary>
    MinKey = 0xFF,
}
