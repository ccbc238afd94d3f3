using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Rpc.Tests.Calls;

public sealed class RichStatusTests
{
    private static readonly RichStatus Full = new("QUOTA", StatusCode.ResourceExhausted, "Too much.")
    {
        Field = "items[3].size",
        Reason = "must be at most 10",
        Retryable = true,
        RetryDelay = TimeSpan.FromMilliseconds(1500),
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["limit"] = "10" },
    };

    [Fact]
    public void What_is_put_into_an_exception_comes_back_out_of_its_trailers()
    {
        var back = RichStatus.Parse(Full.ToException().Trailers);

        Assert.NotNull(back);
        Assert.Equal(Full.Details, back.Details);
        Assert.Equal(Full, back with { Details = Full.Details });
    }

    [Fact]
    public void Details_are_the_standard_google_messages()
    {
        var proto = Full.ToProto();

        Assert.Equal(
            ["google.rpc.ErrorInfo", "google.rpc.BadRequest", "google.rpc.RetryInfo"],
            proto.Details.Select(detail => Any.GetTypeName(detail.TypeUrl))
        );
        Assert.Equal(RichStatus.Domain, proto.Details[0].Unpack<ErrorInfo>().Domain);
        Assert.Equal("items[3].size", proto.Details[1].Unpack<BadRequest>().FieldViolations.Single().Field);
        Assert.Equal((int)StatusCode.ResourceExhausted, proto.Code);
    }

    [Fact]
    public void An_error_without_field_and_delay_has_only_its_info()
    {
        var plain = RichStatus.Create(RpcErrors.NotFound, ErrorLanguage.Chinese);

        Assert.Single(plain.ToProto().Details);
        Assert.Equal("资源不存在。", plain.ToException().Status.Detail);
    }

    [Fact]
    public void Trailers_without_readable_details_give_none()
    {
        Assert.Null(RichStatus.Parse([]));
        Assert.Null(RichStatus.Parse([new Metadata.Entry(RichStatus.Trailer, [0xFF, 0xFF])]));
    }

    [Fact]
    public void A_bare_exception_implies_the_code_of_its_status()
    {
        var rich = RichStatus.Of(new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "down")));

        Assert.Equal(("UNAVAILABLE", "down"), (rich.Code, rich.Message));
    }
}
