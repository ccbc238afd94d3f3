using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Calls.Binding;
using Yyc3.Connectors.Rpc.Server.Web;

namespace Yyc3.Connectors.Rpc.Server;

/// <summary>Makes one endpoint per method, and the answer to calls that match none.</summary>
internal sealed class GrpcEndpointFactory(
    IServiceProvider services,
    IOptions<GrpcServiceOptions> options,
    GrpcWebSwitch web,
    CallRunner runner
)
{
    private static readonly string[] Methods = [HttpMethods.Post];

    private readonly RpcOptions _rpcOptions = options.Value.ToRpcOptions();
    private bool _answersUnknown;

    public IReadOnlyList<IEndpointConventionBuilder> Map<TService>(IEndpointRouteBuilder routes)
        where TService : class
    {
        if (routes is IApplicationBuilder app && !_answersUnknown)
        {
            _answersUnknown = true;
            var unknown = Endpoint(new UnimplementedHandler(_rpcOptions));
            app.Use(next => http => AnswersUnknown(http) ? AnswerUnknownAsync(http, next, unknown) : next(http));
        }
        return [.. ServiceBinding.Bind<TService>(services, _rpcOptions).Select(handler => Map(routes, handler))];
    }

    // Browsers ask first: the endpoint takes part in CORS preflights, the policy is the application's.
    private IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, MethodHandler handler) =>
        routes
            .Map(handler.Method.FullName, Endpoint(handler).HandleAsync)
            .WithMetadata(new HttpMethodMetadata(Methods, acceptCorsPreflight: true), handler.Metadata)
            .WithDisplayName("gRPC - " + handler.Method.FullName);

    private GrpcEndpoint Endpoint(MethodHandler handler) => new(handler, options.Value, web, runner);

    private static bool AnswersUnknown(HttpContext http) =>
        http.GetEndpoint() is null
        && HttpMethods.IsPost(http.Request.Method)
        && GrpcContentType.Parse(http.Request.ContentType) != GrpcFormat.None;

    // A catch-all route would do the same, but turn the 405 of other endpoints into 404.
    private static async Task AnswerUnknownAsync(HttpContext http, RequestDelegate next, GrpcEndpoint unknown)
    {
        await next(http);
        if (
            http.GetEndpoint() is null
            && !http.Response.HasStarted
            && http.Response.StatusCode == StatusCodes.Status404NotFound
        )
        {
            http.Response.StatusCode = StatusCodes.Status200OK;
            await unknown.HandleAsync(http);
        }
    }
}
