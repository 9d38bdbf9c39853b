using System.CommandLine;
using Rapport.Server.Hosting;

namespace Rapport.Server.Cli;

/// <summary><c>rapport relabel</c>: after an update, labels all records by its rules at once, so that nobody waits when a record is next opened.</summary>
internal static class RelabelCommand
{
    public static Command Create()
    {
        var command = new Command("relabel", "Marks what is sensitive in all records by the rules of this version. Records that are not looked at here are when they are next opened");
        var installation = new InstallationOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var modules = await Modules.OpenAsync(installation.Read(parsed), TimeProvider.System, cancel);
            var looked = 0;
            var (labelled, damaged) = await modules.Records.Compartments.LabelAllAsync(new Count(number => looked = number), cancel);
            await Console.Out.WriteLineAsync($"{looked} records looked at, {labelled} labelled anew{(damaged == 0 ? "" : $", {damaged} damaged and not labelled: `rapport check` names them")}");
            return damaged == 0 ? CommandLine.Done : CommandLine.Failed;
        });
        return command;
    }

    /// <summary>Counts as it is told, on the same thread.</summary>
    private sealed class Count(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}
