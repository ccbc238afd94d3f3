using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>Enum values by their documented spelling, else by their proto name.</summary>
internal sealed class EnumCodec<T> : ValueCodec<T>
    where T : struct, Enum
{
    private readonly FrozenDictionary<string, T> _byName;
    private readonly FrozenDictionary<int, JsonEncodedText> _byNumber;
    private readonly string _wanted;

    public EnumCodec(EnumDescriptor descriptor)
    {
        var names = new Dictionary<string, T>(StringComparer.Ordinal);
        var numbers = new Dictionary<int, JsonEncodedText>();
        foreach (var value in descriptor.Values)
        {
            var name = EnumSpelling.Of(value);
            names.TryAdd(name, Unsafe.BitCast<int, T>(value.Number));
            numbers.TryAdd(value.Number, JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
        }

        _byName = names.ToFrozenDictionary(StringComparer.Ordinal);
        _byNumber = numbers.ToFrozenDictionary();
        _wanted = "must be one of " + string.Join(", ", EnumSpelling.Choices(descriptor));
    }

    public override void Write(Utf8JsonWriter writer, T value)
    {
        var number = Unsafe.BitCast<T, int>(value);
        if (_byNumber.TryGetValue(number, out var name))
        {
            writer.WriteStringValue(name);
        }
        else
        {
            writer.WriteNumberValue(number);
        }
    }

    public override T Read(ref JsonInput input) =>
        input.Reader.TokenType == JsonTokenType.String
            ? Parse(input.Reader.GetString()!)
            : throw new JsonReadException(_wanted);

    public override T Parse(string text) =>
        _byName.TryGetValue(text, out var value) ? value : throw new JsonReadException(_wanted);

    public override string Format(T value)
    {
        var number = Unsafe.BitCast<T, int>(value);
        return _byNumber.TryGetValue(number, out var name)
            ? name.ToString()
            : number.ToString(CultureInfo.InvariantCulture);
    }
}
