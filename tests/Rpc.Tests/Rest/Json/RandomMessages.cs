using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Rpc.Tests.Lab;

namespace Yyc3.Connectors.Rpc.Tests.Rest.Json;

/// <summary>Messages with every kind of field, the same for the same seed.</summary>
internal sealed class RandomMessages(int seed)
{
    private const string Letters = "abc xyz 0189 \"\\/\b\n\t\u0001é语枢😀<>&'";

    private readonly Random _random = new(seed);

    public Everything Next(int depth = 0)
    {
        var message = new Everything();
        Scalars(message);
        if (depth > 2)
        {
            return message;
        }

        WellKnown(message);
        Collections(message, depth);
        Optional(message);
        if (Maybe())
        {
            message.Child = Next(depth + 1);
        }

        return message;
    }

    private void Scalars(Everything message)
    {
        message.DoubleField = Pick(0, 1.5, -2e300, 1e-300, double.NaN, double.PositiveInfinity, _random.NextDouble());
        message.FloatField = Pick(0f, 1.1f, -3e38f, float.NegativeInfinity, _random.NextSingle());
        message.Int32Field = Pick(0, 1, int.MinValue, int.MaxValue, _random.Next());
        message.Int64Field = Long();
        message.Uint32Field = Pick(0u, uint.MaxValue, 7u);
        message.Uint64Field = Pick(0ul, 1ul, (1ul << 53) - 1, 1ul << 53, ulong.MaxValue);
        message.Sint32Field = Pick(0, -5, int.MinValue);
        message.Sint64Field = Long();
        message.Fixed32Field = Pick(0u, 99u);
        message.Fixed64Field = Pick(0ul, ulong.MaxValue);
        message.Sfixed32Field = Pick(0, -9);
        message.Sfixed64Field = Long();
        message.BoolField = Maybe();
        message.StringField = Text();
        message.BytesField = Blob();
        message.Colour = Pick(Colour.Unspecified, Colour.Red, Colour.Blue);
    }

    private void WellKnown(Everything message)
    {
        message.Time = Maybe() ? Time() : null;
        message.Duration = Maybe() ? Length() : null;
        message.Mask = Maybe() ? new FieldMask { Paths = { "a_b.c", "long_name" } } : null;
        message.Object = Maybe() ? Struct() : null;
        message.Value = Maybe() ? Value(0) : null;
        message.List = Maybe() ? new ListValue { Values = { Value(0), Value(0) } } : null;
        message.Any = Maybe() ? Any.Pack(new Part { Label = Text(), Count = 3 }) : null;
        message.WrappedInt = Maybe() ? _random.Next() : null;
        message.WrappedLong = Maybe() ? Long() : null;
        message.WrappedText = Maybe() ? Text() : null;
        message.WrappedBytes = Maybe() ? Blob() : null;
        message.WrappedBool = Maybe() ? Maybe() : null;
        message.WrappedDouble = Maybe() ? _random.NextDouble() : null;
    }

    private void Collections(Everything message, int depth)
    {
        Fill(message.Numbers, () => _random.Next());
        Fill(message.Longs, Long);
        Fill(message.Texts, Text);
        Fill(message.Blobs, Blob);
        Fill(message.Colours, () => Pick(Colour.Red, Colour.Blue));
        Fill(message.Children, () => Next(depth + 2));
        Fill(message.Times, Time);
        Fill(message.WrappedInts, () => (int?)_random.Next());
        Fill(message.Values, () => Value(0));
        message.TextByText[Text()] = Text();
        message.ChildByNumber[_random.Next()] = Next(depth + 2);
        message.LongByBool[Maybe()] = Long();
        message.ColourByNumber[ulong.MaxValue] = Colour.Blue;
        message.TimeByText[Text()] = Time();
    }

    private void Optional(Everything message)
    {
        if (Maybe())
        {
            message.MaybeInt = Pick(0, 4);
            message.MaybeText = Pick("", "x");
            message.MaybeColour = Pick(Colour.Unspecified, Colour.Red);
        }

        switch (_random.Next(5))
        {
            case 0:
                message.ChosenText = Pick("", "t");
                break;
            case 1:
                message.ChosenLong = Pick(0, Long());
                break;
            case 2:
                message.ChosenPart = new Part();
                break;
            case 3:
                message.ChosenNull = NullValue.NullValue;
                break;
        }
    }

    private Struct Struct()
    {
        var fields = new Struct();
        fields.Fields["n" + Text()] = Value(1);
        fields.Fields["m"] = Value(1);
        return fields;
    }

    private Value Value(int depth) =>
        _random.Next(depth > 2 ? 4 : 6) switch
        {
            0 => Google.Protobuf.WellKnownTypes.Value.ForNull(),
            1 => Google.Protobuf.WellKnownTypes.Value.ForNumber(Pick(0, 1.25, -1e20, 42)),
            2 => Google.Protobuf.WellKnownTypes.Value.ForString(Text()),
            3 => Google.Protobuf.WellKnownTypes.Value.ForBool(Maybe()),
            4 => Google.Protobuf.WellKnownTypes.Value.ForStruct(
                new Struct { Fields = { ["k"] = Value(depth + 1), ["l"] = Value(depth + 1) } }
            ),
            _ => Google.Protobuf.WellKnownTypes.Value.ForList(Value(depth + 1), Value(depth + 1)),
        };

    private Timestamp Time() =>
        new()
        {
            Seconds = Pick(0L, -62135596800, 253402300799, _random.NextInt64(-2_000_000_000, 4_000_000_000)),
            Nanos = _random.Next(1000) * 1_000_000,
        };

    private Duration Length() =>
        Pick(
            new Duration(),
            new Duration { Seconds = 3, Nanos = 500_000_000 },
            new Duration { Seconds = -3, Nanos = -1 },
            new Duration { Nanos = -250_000 },
            new Duration { Seconds = 315_576_000_000 }
        );

    private long Long() =>
        Pick(0, 1, -1, (1L << 53) - 1, 1L << 53, -(1L << 53) + 1, -(1L << 53), long.MinValue, long.MaxValue);

    private string Text() =>
        string.Concat(Enumerable.Range(0, _random.Next(12)).Select(_ => Rune(_random.Next(Letters.Length))));

    private static string Rune(int at) =>
        char.IsSurrogate(Letters[at])
            ? Letters.Substring(char.IsHighSurrogate(Letters[at]) ? at : at - 1, 2)
            : Letters[at..(at + 1)];

    private ByteString Blob()
    {
        var bytes = new byte[_random.Next(9)];
        _random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    private bool Maybe() => _random.Next(2) == 0;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private void Fill<T>(RepeatedField<T> list, Func<T> make)
    {
        for (var i = _random.Next(4); i > 0; i--)
        {
            list.Add(make());
        }
    }
}
