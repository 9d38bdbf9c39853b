using Rapport.Server.Cli;

return await CommandLine.RunAsync(
    [
        ServeCommand.Create(),
        ImportCommand.Create(),
        PeopleCommands.CreateAdd(),
        PeopleCommands.CreateRecover(),
        ExportCommand.Create(),
        VerifyCommand.Create(),
    ],
    args);
