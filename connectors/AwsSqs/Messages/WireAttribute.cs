using System.Text;

namespace Yyc3.Connectors.AwsSqs.Messages;

/// <summary>One message attribute.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType"><c>String</c>, <c>Number</c> or <c>Binary</c>, with a label of the sender's behind a dot.</param>
/// <param name="Value">The value; base64 for <c>Binary</c>.</param>
internal readonly record struct WireAttribute(string Name, string DataType, string Value)
{
    public const string Text = "String";

    public bool IsBinary => DataType.StartsWith("Binary", StringComparison.Ordinal);

    /// <summary>Bytes it counts for; rather too many than too few.</summary>
    public int Size => Encoding.UTF8.GetByteCount(Name) + DataType.Length + Encoding.UTF8.GetByteCount(Value);
}
