using System.CommandLine;
using Rapport.Ledger;

namespace Rapport.Server.Cli;

/// <summary><c>rapport verify</c>: checks an exported ledger with nothing but the file. Neither a server nor a database is opened.</summary>
internal static class VerifyCommand
{
    private const int ProblemsShown = 20;

    public static Command Create()
    {
        var command = new Command("verify", "Checks an exported ledger, offline: exit code 0 when it is whole, 1 when anything is wrong with it");
        var file = new Argument<string>("FILE") { Description = "The export; - for standard input" };
        var key = new Option<string?>("--key") { Description = "Fingerprint of the key that must have signed it (64 hexadecimal digits)", HelpName = "FINGERPRINT" };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "A checkpoint kept from before, which the ledger must continue", HelpName = "FILE" };
        command.Add(file);
        command.Add(key);
        command.Add(checkpoint);
        command.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(key), parsed.GetValue(checkpoint)));
        return command;
    }

    private static int Run(string file, string? key, string? checkpoint)
    {
        VerifyReport report;
        string? earlier;
        try
        {
            earlier = checkpoint is null ? null : File.ReadAllText(checkpoint);
            using var stream = InputFile.Open(file);
            report = LedgerVerifier.Verify(stream, new VerifyOptions { PinnedKey = key, EarlierCheckpoint = earlier, MaxProblems = ProblemsShown });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            CommandLine.Complain($"cannot read `{file}`" + (checkpoint is null ? "" : $" or `{checkpoint}`"));
            return CommandLine.Failed;
        }

        if (report.IsValid)
        {
            Tell(report, earlier is null ? null : $"it continues the checkpoint in `{checkpoint}`: the {SizeOf(earlier)} entries that it covered are all there, unchanged");
            return CommandLine.Done;
        }

        Console.Error.WriteLine($"`{file}` does not verify: {report.ProblemCount} {(report.ProblemCount == 1 ? "problem" : "problems")}");
        foreach (var problem in report.Problems)
        {
            Console.Error.WriteLine("  " + problem);
        }

        return CommandLine.Failed;
    }

    private static void Tell(VerifyReport report, string? compared)
    {
        var output = Console.Out;
        output.WriteLine("the ledger is whole: nothing in the file was changed, left out or moved");
        output.WriteLine($"ledger   {report.Origin}");
        output.WriteLine($"entries  {report.Size}" + (report.ErasedDetails > 0 ? $", of which {report.ErasedDetails} were erased and tell nothing any more" : ""));
        foreach (var (kind, count) in report.CountsByKind.OrderBy(pair => pair.Key))
        {
            output.WriteLine($"         {count} {kind.Code()}");
        }

        if (report is { Earliest: { } earliest, Latest: { } latest })
        {
            output.WriteLine($"from     {earliest:yyyy-MM-dd HH:mm:ss}Z");
            output.WriteLine($"to       {latest:yyyy-MM-dd HH:mm:ss}Z");
        }

        output.WriteLine($"root     {report.Root}");
        output.WriteLine($"key      {report.KeyFingerprint}");
        output.WriteLine(report.KeyWasPinned
            ? "         it is the key you named"
            : "         compare it with one you have from elsewhere, or pass it with --key: without that, the file only proves that it agrees with itself");
        output.WriteLine("earlier  " + (compared ?? "nothing to compare with: pass a checkpoint kept from before with --checkpoint, to see that nothing of then is missing"));
    }

    /// <summary>The size stands in the second line of a checkpoint.</summary>
    private static string SizeOf(string checkpoint) => checkpoint.Split('\n') is [_, var size, ..] ? size.Trim() : "";
}
