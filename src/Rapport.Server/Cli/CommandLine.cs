using System.CommandLine;
using Rapport.Server.Hosting;

namespace Rapport.Server.Cli;

/// <summary>The <c>rapport</c> command: exit code 0 is done, 1 refused or failed, 2 not understood. Errors are one line on standard error.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int NotUnderstood = 2;

    /// <summary>How long a command that is told to stop may take to finish what it has begun.</summary>
    private static readonly TimeSpan GraceTime = TimeSpan.FromSeconds(30);

    /// <summary>All that it can do.</summary>
    public static IReadOnlyList<Command> Commands() =>
    [
        ServeCommand.Create(),
        ImportCommand.Create(),
        PeopleCommands.CreateAdd(),
        PeopleCommands.CreateRecover(),
        PeopleCommands.CreateOperator(),
        RelabelCommand.Create(),
        CardKeyCommands.Create(),
        ExportCommand.Create(),
        VerifyCommand.Create(),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("A server for your health record: gather it, share it on your terms, see who saw what.");
        foreach (var command in Commands())
        {
            root.Add(command);
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Complain(Lower(error.Message));
            }

            await Console.Error.WriteLineAsync("`rapport --help` tells what there is");
            return NotUnderstood;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = GraceTime });
        }
        catch (StartupException e)
        {
            Complain(e.Message);
        }
        catch (Data.StorageException e)
        {
            Complain(e.Message);
        }
        catch (OperationCanceledException)
        {
            Complain("interrupted");
        }

        return Failed;
    }

    /// <summary>One line on standard error.</summary>
    public static void Complain(string text) => Console.Error.WriteLine("rapport: " + text.ReplaceLineEndings(" "));

    private static string Lower(string message) => message.Length == 0 ? message : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.').Replace('\'', '`');
}
