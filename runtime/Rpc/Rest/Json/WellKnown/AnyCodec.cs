using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Yyc3.Connectors.Rpc.Rest.Json.WellKnown;

/// <summary>A message with its type in the member <c>@type</c>.</summary>
internal sealed class AnyCodec(JsonCodec codecs) : ValueCodec<Any>
{
    private const string TypeMember = "@type";
    private const string ValueMember = "value";

    public override void Write(Utf8JsonWriter writer, Any value)
    {
        writer.WriteStartObject();
        writer.WriteString(TypeMember, value.TypeUrl);
        if (codecs.FindType(Any.GetTypeName(value.TypeUrl)) is not { } type)
        {
            writer.WriteBase64String(ValueMember, value.Value.Span);
        }
        else if (codecs.Of(type).Plan is { } plan)
        {
            plan.WriteMembers(writer, type.Parser.ParseFrom(value.Value));
        }
        else
        {
            writer.WritePropertyName(ValueMember);
            codecs.Of(type).WriteObject(writer, type.Parser.ParseFrom(value.Value));
        }

        writer.WriteEndObject();
    }

    public override Any Read(ref JsonInput input)
    {
        input.Expect(JsonTokenType.StartObject, "an object");
        if (FindTypeUrl(input) is not { } url)
        {
            var start = input.Reader.TokenStartIndex;
            return IsEmptyObject(ref input)
                ? new Any()
                : throw new JsonReadException("has no @type") { Offset = start };
        }

        var type =
            codecs.FindType(Any.GetTypeName(url))
            ?? throw new JsonReadException($"has the unknown type '{Any.GetTypeName(url)}'");
        IMessage message;
        if (codecs.Of(type).Plan is { } plan)
        {
            message = type.Parser.ParseFrom([]);
            plan.ReadMembers(ref input, message, TypeMember);
        }
        else
        {
            message = ReadValueMember(ref input, type);
        }

        return new Any { TypeUrl = url, Value = message.ToByteString() };
    }

    private IMessage ReadValueMember(ref JsonInput input, MessageDescriptor type)
    {
        IMessage? message = null;
        while (input.Reader.Read() && input.Reader.TokenType != JsonTokenType.EndObject)
        {
            var isType = input.Reader.ValueTextEquals(TypeMember);
            if (!isType && (message is not null || !input.Reader.ValueTextEquals(ValueMember)))
            {
                throw new JsonReadException("is not a known field");
            }

            input.Reader.Read();
            if (!isType)
            {
                message = (IMessage)codecs.Of(type).ReadObject(ref input);
            }
        }

        return message ?? type.Parser.ParseFrom([]);
    }

    /// <summary>Works on a copy, so that the caller's reader stays at the start.</summary>
    private static string? FindTypeUrl(JsonInput scan)
    {
        while (scan.Reader.Read() && scan.Reader.TokenType == JsonTokenType.PropertyName)
        {
            if (scan.Reader.ValueTextEquals(TypeMember))
            {
                scan.Reader.Read();
                scan.Expect(JsonTokenType.String, "a string");
                return scan.Reader.GetString();
            }

            scan.Reader.Skip();
        }

        return null;
    }

    private static bool IsEmptyObject(ref JsonInput input) =>
        input.Reader.Read() && input.Reader.TokenType == JsonTokenType.EndObject;
}
