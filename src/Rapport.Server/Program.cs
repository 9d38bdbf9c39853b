using Rapport.Server.Cli;

return await CommandLine.RunAsync(
    [
        ServeCommand.Create(),
        VerifyCommand.Create(),
    ],
    args);
