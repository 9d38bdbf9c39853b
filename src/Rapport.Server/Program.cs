using Rapport.Server.Cli;

return await CommandLine.RunAsync(
    [
        ServeCommand.Create(),
        ImportCommand.Create(),
        ExportCommand.Create(),
        VerifyCommand.Create(),
    ],
    args);
