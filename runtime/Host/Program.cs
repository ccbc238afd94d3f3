using Yyc3.Connectors.Host;
using Yyc3.Connectors.Runtime.Hosting;

if (CommandLine.Answer(args) is { } answer)
{
    await StandardOutput.WriteLineAsync(answer);
    return 0;
}

try
{
    CommandLine.Check(args);
    var builder = WebApplication.CreateSlimBuilder(
        new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
    );
    builder.Configuration.AddEnvironmentVariables("YYC3_").AddCommandLine(args);
    builder.Logging.AddRuntimeLogging(builder.Configuration);
    builder.AddConnectorRuntime();
    await builder.Build().MapConnectorRuntime().RunAsync();
    return 0;
}
catch (RuntimeSettingsException fault)
{
    await StandardError.WriteLineAsync(fault.Message);
    return 2;
}
catch (InvalidDataException fault)
{
    await StandardError.WriteLineAsync(fault.Message);
    return 4;
}
catch (IOException fault) when (fault.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    await StandardError.WriteLineAsync($"{fault.Message} Choose others with YYC3_HTTPPORT and YYC3_GRPCPORT.");
    return 3;
}
