using Yyc3.Connectors.AwsSqs.Client;
using Yyc3.Connectors.AwsSqs.Settings;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs.Units;

public sealed class RequestSignerTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Signature_is_the_one_that_the_provider_s_own_signer_makes()
    {
        var signature = Signer(null).Sign("AmazonSQS.SendMessage", """{"a":"é"}"""u8, At);
        Assert.Equal("20260102T030405Z", signature.Date);
        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/sqs/aws4_request, "
                + "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
                + "Signature=9d7e376fa4bc1c734ddd58bac0f2d24e2be59df190f4711d35430a18f4cbee86",
            signature.Authorization
        );
    }

    [Fact]
    public void Token_is_signed_too()
    {
        var signature = Signer("token").Sign("AmazonSQS.SendMessage", "{}"u8, At).Authorization;
        Assert.Contains("host;x-amz-date;x-amz-security-token;x-amz-target,", signature, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_of_one_day_does_not_sign_the_next()
    {
        var signer = Signer(null);
        var first = signer.Sign("AmazonSQS.SendMessage", "{}"u8, At);
        var nextDay = signer.Sign("AmazonSQS.SendMessage", "{}"u8, At.AddDays(1));
        Assert.Equal(nextDay, Signer(null).Sign("AmazonSQS.SendMessage", "{}"u8, At.AddDays(1)));
        Assert.Equal(first, signer.Sign("AmazonSQS.SendMessage", "{}"u8, At));
    }

    private static RequestSigner Signer(string? token) =>
        new(new AwsCredentials("AKIDEXAMPLE", "secret", token), "us-east-1", "x.example");
}
