using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Json;
using Yyc3.Connectors.MongoDb.Records;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Records;

public sealed class MongoRecordIdTests
{
    [Theory]
    [InlineData("""{"$oid":"65f0c0ffee65f0c0ffee65f0"}""", "65f0c0ffee65f0c0ffee65f0")]
    [InlineData("\"65f0c0ffee65f0c0ffee65f0\"", "\"65f0c0ffee65f0c0ffee65f0\"")]
    [InlineData("\"65F0C0FFEE65F0C0FFEE65F0\"", "65F0C0FFEE65F0C0FFEE65F0")]
    [InlineData("""{"$numberInt":"-5"}""", "-5")]
    [InlineData("""{"$numberLong":"-5"}""", """{"$numberLong":"-5"}""")]
    [InlineData("""{"$numberLong":"3000000000"}""", "3000000000")]
    [InlineData("""{"$numberDouble":"5.0"}""", """{"$numberDouble":"5.0"}""")]
    [InlineData("""{"$numberDecimal":"5.00"}""", """{"$numberDecimal":"5.00"}""")]
    [InlineData("\"5\"", "\"5\"")]
    [InlineData("\"\\\"5\\\"\"", "\"\\\"5\\\"\"")]
    [InlineData("\"\\\"x\\\"\"", "\"x\"")]
    [InlineData("\"05\"", "05")]
    [InlineData("\"+5\"", "+5")]
    [InlineData("\"99999999999999999999\"", "99999999999999999999")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("\"größer 👩\"", "größer 👩")]
    [InlineData("\"{\"", "{")]
    [InlineData("\"{\\\"a\\\": 1}\"", """{"a": 1}""")]
    [InlineData("\"{\\\"a\\\":{\\\"$numberInt\\\":\\\"1\\\"}}\"", "\"{\\\"a\\\":{\\\"$numberInt\\\":\\\"1\\\"}}\"")]
    [InlineData("""{"a":{"$numberInt":"1"}}""", """{"a":{"$numberInt":"1"}}""")]
    [InlineData("""{"$gt":""}""", """{"$gt":""}""")]
    [InlineData("true", "true")]
    [InlineData("\"true\"", "\"true\"")]
    [InlineData("null", "null")]
    [InlineData("""{"$date":{"$numberLong":"1"}}""", """{"$date":{"$numberLong":"1"}}""")]
    [InlineData("""{"$binary":{"base64":"AQI=","subType":"04"}}""", """{"$binary":{"base64":"AQI=","subType":"04"}}""")]
    public void Each_value_has_one_id_that_means_just_it(string value, string id)
    {
        var writer = new BsonWriter();
        new ExtendedJsonReader(writer, "test", binder: null).Document($$"""{"_id":{{value}}}""");
        var given = BsonValue.At(writer.Written, "_id");

        Assert.Equal(id, RecordId.Format(given));
        var parsed = RecordId.Parse(id);
        Assert.Equal(given.Type, parsed.Type);
        Assert.Equal(given.Bytes, parsed.Bytes);
    }
}
