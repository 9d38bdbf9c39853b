using Rapport.Server.Cli;

return await CommandLine.RunAsync(args);
