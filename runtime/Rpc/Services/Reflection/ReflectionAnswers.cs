using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Request = Grpc.Reflection.V1.ServerReflectionRequest;
using Response = Grpc.Reflection.V1.ServerReflectionResponse;

namespace Yyc3.Connectors.Rpc.Services.Reflection;

/// <summary>Answers one question about the served descriptors.</summary>
public sealed class ReflectionAnswers
{
    private readonly DescriptorIndex _index;

    public ReflectionAnswers(IEnumerable<ServiceDescriptor> services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _index = new DescriptorIndex([
            .. services,
            ServerReflection.Descriptor,
            Grpc.Reflection.V1Alpha.ServerReflection.Descriptor,
            Grpc.Health.V1.Health.Descriptor,
        ]);
    }

    public Response Answer(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var response = new Response { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case Request.MessageRequestOneofCase.ListServices:
                var names = _index.Services.Select(name => new ServiceResponse { Name = name });
                response.ListServicesResponse = new ListServiceResponse { Service = { names } };
                break;
            case Request.MessageRequestOneofCase.FileByFilename:
                Fill(response, _index.FindFile(request.FileByFilename), request.FileByFilename);
                break;
            case Request.MessageRequestOneofCase.FileContainingSymbol:
                Fill(response, _index.FindSymbol(request.FileContainingSymbol), request.FileContainingSymbol);
                break;
            case Request.MessageRequestOneofCase.FileContainingExtension:
                var extension = request.FileContainingExtension;
                Fill(
                    response,
                    _index.FindExtension(extension.ContainingType, extension.ExtensionNumber),
                    $"{extension.ContainingType}[{extension.ExtensionNumber}]"
                );
                break;
            case Request.MessageRequestOneofCase.AllExtensionNumbersOfType:
                FillNumbers(response, request.AllExtensionNumbersOfType);
                break;
            default:
                response.ErrorResponse = Error(StatusCode.InvalidArgument, "The request asks nothing.");
                break;
        }
        return response;
    }

    private static void Fill(Response response, FileDescriptor? file, string name)
    {
        if (file is null)
        {
            response.ErrorResponse = Error(StatusCode.NotFound, $"'{name}' is not known.");
            return;
        }
        response.FileDescriptorResponse = new FileDescriptorResponse
        {
            FileDescriptorProto = { DescriptorIndex.Closure(file) },
        };
    }

    private void FillNumbers(Response response, string type)
    {
        if (_index.ExtensionNumbers(type) is not { } numbers)
        {
            response.ErrorResponse = Error(StatusCode.NotFound, $"'{type}' is not known.");
            return;
        }
        response.AllExtensionNumbersResponse = new ExtensionNumberResponse
        {
            BaseTypeName = type,
            ExtensionNumber = { numbers },
        };
    }

    private static ErrorResponse Error(StatusCode code, string message) =>
        new() { ErrorCode = (int)code, ErrorMessage = message };
}
