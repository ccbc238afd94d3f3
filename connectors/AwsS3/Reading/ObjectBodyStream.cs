using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3.Faults;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AwsS3.Reading;

/// <summary>What the store sends: exactly the bytes promised, or an error that says why not.</summary>
internal sealed class ObjectBodyStream(GetObjectResponse answer, long length) : ForwardStream
{
    private readonly Stream _body = answer.ResponseStream;
    private long _left = length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await _body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw AwsS3Errors.TranslateReading(error);
        }

        _left -= read;
        return read > 0 || buffer.IsEmpty || _left == 0
            ? read
            : throw AwsS3Errors.TranslateReading(new EndOfStreamException());
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            answer.Dispose();
        }

        base.Dispose(disposing);
    }
}
