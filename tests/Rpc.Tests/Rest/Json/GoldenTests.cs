using System.Buffers;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Tests.Lab;

namespace Yyc3.Connectors.Rpc.Tests.Rest.Json;

public sealed class GoldenTests
{
    private readonly JsonCodec _codec = new(RestReflection.Descriptor);

    [Fact]
    public void Defaults_are_written_and_absent_values_left_out_or_null()
    {
        var json = Write(new Thing { Etag = "e", SecretNote = "s" });

        Assert.Equal(
            """{"id":"","name":"","size":0,"state":"STATE_UNSPECIFIED","lastErrorAt":null,"parts":[],"labels":{}}""",
            json
        );
    }

    [Theory]
    [InlineData(1770112800, 0, "2026-02-03T10:00:00.000Z")]
    [InlineData(1770112800, 120_999_999, "2026-02-03T10:00:00.120Z")]
    [InlineData(-62135596800, 0, "0001-01-01T00:00:00.000Z")]
    [InlineData(253402300799, 999_000_000, "9999-12-31T23:59:59.999Z")]
    [InlineData(-1, 500_000_000, "1969-12-31T23:59:59.500Z")]
    public void Times_have_milliseconds_and_a_Z(long seconds, int nanos, string text)
    {
        Assert.Equal($"\"{text}\"", Write(new Timestamp { Seconds = seconds, Nanos = nanos }));
    }

    [Theory]
    [InlineData("2026-02-03T10:00:00Z", 1770112800, 0)]
    [InlineData("2026-02-03t11:30:00.5+01:30", 1770112800, 500_000_000)]
    [InlineData("2026-02-03T09:59:59.123456789-00:00", 1770112799, 123_456_789)]
    [InlineData("2024-02-29T23:59:59z", 1709251199, 0)]
    public void Times_are_read_in_every_form_of_RFC_3339(string text, long seconds, int nanos)
    {
        var time = _codec.Read<Timestamp>(Encoding.UTF8.GetBytes($"\"{text}\""));

        Assert.Equal(new Timestamp { Seconds = seconds, Nanos = nanos }, time);
    }

    [Theory]
    [InlineData(9007199254740991, "9007199254740991")]
    [InlineData(-9007199254740991, "-9007199254740991")]
    [InlineData(9007199254740992, "\"9007199254740992\"")]
    [InlineData(-9007199254740992, "\"-9007199254740992\"")]
    public void Long_numbers_are_numbers_as_far_as_they_are_exact(long value, string text)
    {
        Assert.Contains($"\"size\":{text},", Write(new Thing { Size = value }), StringComparison.Ordinal);
    }

    [Fact]
    public void Enums_are_spelled_as_documented_and_only_so()
    {
        Assert.Contains(
            "\"state\":\"in_progress\"",
            Write(new Thing { State = State.InProgress }),
            StringComparison.Ordinal
        );
        Assert.Equal(State.Completed, Read<Thing>("""{"state":"completed"}""").State);
        Assert.Throws<JsonReadException>(() => Read<Thing>("""{"state":"STATE_COMPLETED"}"""));
    }

    [Fact]
    public void Undeclared_members_are_collected_and_written_back()
    {
        const string Json = """{"type":"oauth2","clientId":"c","scopes":["a",1,null]}""";

        var auth = Read<Auth>(Json);

        Assert.Equal("c", auth.Credentials.Fields["clientId"].StringValue);
        Assert.Equal(Json, Write(auth));
    }

    [Theory]
    [InlineData("""{"type":"oauth2","credentials":{"clientId":"c"},"scope":"s"}""")]
    [InlineData("""{"type":"oauth2","clientId":"c","credentials":null,"scope":"s"}""")]
    public void Undeclared_members_may_stand_inside_their_field_too(string json)
    {
        var auth = Read<Auth>(json);

        Assert.Equal(["clientId", "scope"], auth.Credentials.Fields.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("null", Cell.KindOneofCase.NullValue)]
    [InlineData("true", Cell.KindOneofCase.BoolValue)]
    [InlineData("-9223372036854775808", Cell.KindOneofCase.Int64Value, "\"-9223372036854775808\"")]
    [InlineData("12", Cell.KindOneofCase.Int64Value)]
    [InlineData("9223372036854775808", Cell.KindOneofCase.DecimalValue, "\"9223372036854775808\"")]
    [InlineData("1.5", Cell.KindOneofCase.DoubleValue)]
    [InlineData("1.10", Cell.KindOneofCase.DoubleValue, "1.1")]
    [InlineData("0.1234567890123456789", Cell.KindOneofCase.DecimalValue, "\"0.1234567890123456789\"")]
    [InlineData("1e999", Cell.KindOneofCase.DecimalValue, "\"1e999\"")]
    [InlineData("1e-99999999999", Cell.KindOneofCase.DecimalValue, "\"1e-99999999999\"")]
    [InlineData("\"text\"", Cell.KindOneofCase.StringValue)]
    [InlineData("{\"a\": [1, 2.50]}", Cell.KindOneofCase.JsonValue)]
    [InlineData("[ ]", Cell.KindOneofCase.JsonValue)]
    public void A_bare_value_is_the_JSON_value_itself(string json, Cell.KindOneofCase kind, string? written = null)
    {
        var cell = Read<Cell>(json);

        Assert.Equal(kind, cell.KindCase);
        Assert.Equal(written ?? json, Write(cell));
    }

    [Fact]
    public void Bare_bytes_and_times_are_text()
    {
        Assert.Equal("\"AQI=\"", Write(new Cell { BytesValue = ByteString.CopyFrom(1, 2) }));
        Assert.Equal("\"1970-01-01T00:00:00.000Z\"", Write(new Cell { TimestampValue = new Timestamp() }));
        Assert.Equal("null", Write(new Cell()));
    }

    [Theory]
    [InlineData("""{"payload":{"a": 1.0},"number":2}""", "", "{\"a\": 1.0}")]
    [InlineData(
        """{"contentType":"application/vnd.x+json; charset=utf-8","payload":null}""",
        "application/vnd.x+json; charset=utf-8",
        "null"
    )]
    [InlineData("""{"payload":"plain","contentType":"text/plain"}""", "text/plain", "plain")]
    [InlineData("""{"payload":"YWI=","contentType":"application/octet-stream"}""", "application/octet-stream", "ab")]
    public void A_payload_is_kept_as_its_content_type_asks(string json, string type, string payload)
    {
        var envelope = Read<Envelope>(json);

        Assert.Equal(type, envelope.ContentType);
        Assert.Equal(payload, envelope.Payload.ToStringUtf8());
        Assert.Equal(envelope, Read<Envelope>(Write(envelope)));
    }

    [Fact]
    public void A_payload_that_is_not_what_it_claims_stays_valid_JSON()
    {
        var text = Write(new Envelope { Payload = ByteString.CopyFromUtf8("{broken") });
        var bytes = Write(new Envelope { Payload = ByteString.CopyFrom(0xFF), ContentType = "text/plain" });

        Assert.StartsWith("""{"payload":"{broken",""", text, StringComparison.Ordinal);
        Assert.StartsWith("""{"payload":"/w==",""", bytes, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_in_a_payload_is_at_its_place_in_the_whole_text()
    {
        var fault = Assert.Throws<JsonReadException>(() =>
            Read<Envelope>("""{"number":1,"payload":1,"contentType":"text/plain"}""")
        );

        Assert.Equal("payload", fault.Field);
        Assert.Equal("must be a string", fault.Reason);
    }

    [Fact]
    public void Rows_are_read_by_column_name_whatever_comes_first()
    {
        var rows = Read<RowsResponse>("""{"rows":[{"b":2,"a":1}],"columns":[{"name":"a"},{"name":"b"}]}""");

        Assert.Equal([1, 2], rows.Rows[0].Values.Select(cell => cell.Int64Value));
    }

    [Theory]
    [InlineData("""{"columns":[{"name":"a"}],"rows":[{"a":1},{"z":1}]}""", "rows[1].z", "is not one of the columns")]
    [InlineData("""{"columns":[{"name":"a"}],"rows":[{}]}""", "rows[0]", "lacks the column 'a'")]
    public void A_row_must_fit_the_columns(string json, string field, string reason)
    {
        var fault = Assert.Throws<JsonReadException>(() => Read<RowsResponse>(json));

        Assert.Equal(field, fault.Field);
        Assert.Equal(reason, fault.Reason);
    }

    [Fact]
    public void Base64_is_read_in_every_form()
    {
        foreach (var text in new[] { "+/8=", "-_8", "-_8=", "+/8" })
        {
            Assert.Equal(
                new byte[] { 0xFB, 0xFF },
                Read<Everything>($$"""{"bytesField":"{{text}}"}""").BytesField.ToByteArray()
            );
        }
    }

    [Fact]
    public void A_byte_order_mark_is_tolerated() =>
        Assert.True(Read<Everything>("\uFEFF{\"boolField\":true}").BoolField);

    private T Read<T>(string json)
        where T : IMessage<T>, new() => _codec.Read<T>(Encoding.UTF8.GetBytes(json));

    private string Write(IMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        _codec.Write(output, message);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
