using System.CommandLine;
using Rapport.Data;
using Rapport.Server.Api;
using Rapport.Server.Hosting;

namespace Rapport.Server.Cli;

/// <summary><c>rapport export</c>: a record, or its ledger, in one file.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var command = new Command("export", "Writes a record as one FHIR bundle, or its ledger as one file for `rapport verify`");
        var patient = new Option<string>("--patient") { Description = "Id of the patient", HelpName = "P", Required = true };
        var what = new Option<string>("--what") { Description = "`record`: all current entries as a FHIR collection bundle; `ledger`: who did what", HelpName = "WHAT", DefaultValueFactory = _ => "record" };
        what.AcceptOnlyFromAmong("record", "ledger");
        var target = new Option<string?>("--out") { Description = "File to write, readable by you only; without it standard output", HelpName = "FILE" };
        command.Add(patient);
        command.Add(what);
        command.Add(target);
        var installation = new InstallationOptions().AddTo(command);
        command.SetAction((parsed, cancel) =>
            RunAsync(installation.Read(parsed), parsed.GetValue(patient)!, parsed.GetValue(what) == "ledger", parsed.GetValue(target), cancel));
        return command;
    }

    private static async Task<int> RunAsync(ServerSettings settings, string patient, bool ledger, string? target, CancellationToken cancel)
    {
        if (!PatientId.TryParse(patient, out var id))
        {
            CommandLine.Complain($"`{Failure.Short(patient)}` is not the id of a patient: give the {PatientId.TextLength} characters");
            return CommandLine.NotUnderstood;
        }

        Patients.RequireDatabase(settings, patient);
        await using var modules = await Modules.OpenAsync(settings, TimeProvider.System, cancel);
        Func<Stream, Task> write = ledger ? stream => WriteLedgerAsync(modules, id, stream, cancel) : stream => WriteRecordAsync(modules, id, stream, cancel);
        if (target is null)
        {
            await using var output = Console.OpenStandardOutput();
            await write(output);
            return CommandLine.Done;
        }

        try
        {
            await DataFolder.WriteOwnerOnlyAsync(target, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot write `{target}`", e);
        }

        if (ledger)
        {
            await Console.Out.WriteLineAsync($"key: {modules.Records.LedgerKey.Fingerprint}");
        }

        return CommandLine.Done;
    }

    /// <summary>A ledger can be had of a record that was erased too: it verifies, and tells nothing.</summary>
    private static async Task WriteLedgerAsync(Modules modules, PatientId patient, Stream stream, CancellationToken cancel)
    {
        if (!await modules.Records.Compartments.ExportErasedLedgerAsync(patient, stream, cancel))
        {
            var own = await Patients.OpenAsync(modules, patient, cancel);
            await own.ExportLedgerAsync(stream, cancel);
        }
    }

    private static async Task WriteRecordAsync(Modules modules, PatientId patient, Stream stream, CancellationToken cancel) =>
        await RecordExport.WriteAsync(await Patients.OpenAsync(modules, patient, cancel), stream, cancel);
}
