using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>One message from body, query, headers and path.</summary>
internal sealed class JsonRequest(HttpContext http, RestRoute route) : RestRequest
{
    private bool _isRead;

    public override async ValueTask<IMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_isRead)
        {
            return null;
        }

        _isRead = true;
        var message =
            route.Binding.Body.Length > 0
                ? await JsonBody.ReadAsync(http, route, cancellationToken)
                : RestRoute.Create(route.Input);
        RequestFields.Apply(http, route, message);
        if (route.Download is not null)
        {
            ByteRange.Apply(http.Request, message);
        }

        return message;
    }

    public override ValueTask DisposeAsync() => default;
}
