using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Yyc3.Connectors.Rpc.Rest.Json.WellKnown;

/// <summary>Seconds with an <c>s</c> behind: <c>1.500s</c>.</summary>
internal sealed class DurationCodec : ValueCodec<Duration>
{
    private const string Wanted = "must be seconds with an s behind, such as 1.5s";
    private const long MaxSeconds = 315_576_000_000;

    public override void Write(Utf8JsonWriter writer, Duration value)
    {
        Span<byte> text = stackalloc byte[32];
        text[0] = (byte)'"';
        var length = Fill(value, text[1..]) + 1;
        text[length++] = (byte)'"';
        writer.WriteRawValue(text[..length], skipInputValidation: true);
    }

    public override Duration Read(ref JsonInput input)
    {
        input.Expect(JsonTokenType.String, "a duration");
        return input.Reader.ValueIsEscaped ? Parse(input.Reader.GetString()!) : Parse(input.Reader.ValueSpan);
    }

    public override Duration Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    public override string Format(Duration value)
    {
        Span<byte> text = stackalloc byte[32];
        return Encoding.ASCII.GetString(text[..Fill(value, text)]);
    }

    private static int Fill(Duration value, Span<byte> text)
    {
        var length = 0;
        if (value.Seconds < 0 || value.Nanos < 0)
        {
            text[length++] = (byte)'-';
        }

        Math.Abs(value.Seconds).TryFormat(text[length..], out var digits, default, CultureInfo.InvariantCulture);
        length += digits;
        var nanos = Math.Abs(value.Nanos);
        if (nanos != 0)
        {
            text[length++] = (byte)'.';
            var places =
                nanos % 1_000_000 == 0 ? 3
                : nanos % 1000 == 0 ? 6
                : 9;
            var scaled = nanos / (int)Math.Pow(10, 9 - places);
            for (var i = places - 1; i >= 0; i--, scaled /= 10)
            {
                text[length + i] = (byte)('0' + (scaled % 10));
            }

            length += places;
        }

        text[length++] = (byte)'s';
        return length;
    }

    private static Duration Parse(ReadOnlySpan<byte> text)
    {
        var negative = text.Length > 0 && text[0] == '-';
        var rest = negative ? text[1..] : text;
        if (rest.Length < 2 || rest[^1] != 's')
        {
            throw new JsonReadException(Wanted);
        }

        rest = rest[..^1];
        var dot = rest.IndexOf((byte)'.');
        var seconds = Digits(dot < 0 ? rest : rest[..dot], 12);
        var nanos = 0L;
        if (dot >= 0)
        {
            nanos = Digits(rest[(dot + 1)..], 9);
            for (var i = rest.Length - dot - 1; i < 9; i++)
            {
                nanos *= 10;
            }
        }

        if (seconds > MaxSeconds)
        {
            throw new JsonReadException("is longer than 10000 years");
        }

        return negative
            ? new Duration { Seconds = -seconds, Nanos = -(int)nanos }
            : new Duration { Seconds = seconds, Nanos = (int)nanos };
    }

    private static long Digits(ReadOnlySpan<byte> text, int most)
    {
        if (text.Length == 0 || text.Length > most || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            throw new JsonReadException(Wanted);
        }

        var value = 0L;
        foreach (var digit in text)
        {
            value = (value * 10) + digit - '0';
        }

        return value;
    }
}
