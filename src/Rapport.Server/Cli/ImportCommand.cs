using System.CommandLine;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Api;
using Rapport.Server.Hosting;

namespace Rapport.Server.Cli;

/// <summary><c>rapport import</c>: a file into a record, all of it or nothing. A running server need not be stopped.</summary>
internal static class ImportCommand
{
    private const string NewPatient = "new";
    private const int IssuesShown = 20;

    public static Command Create()
    {
        var command = new Command("import", "Imports a FHIR R4 file into a record: all of it or nothing");
        var file = new Argument<string>("FILE") { Description = "A FHIR bundle in JSON; - for standard input" };
        var patient = new Option<string>("--patient")
        {
            Description = "Id of the patient, or `new` for a new person with an empty record, whose id and access token are printed",
            HelpName = "P",
            Required = true,
        };
        var confirm = new Option<string?>("--confirm") { Description = "`identity`: the file belongs into this record although it names somebody else", HelpName = "WHAT" };
        confirm.AcceptOnlyFromAmong("identity");
        command.Add(file);
        command.Add(patient);
        command.Add(confirm);
        var installation = new InstallationOptions().AddTo(command);
        command.SetAction((parsed, cancel) =>
            RunAsync(installation.Read(parsed), parsed.GetValue(file)!, parsed.GetValue(patient)!, parsed.GetValue(confirm) is not null, cancel));
        return command;
    }

    private static async Task<int> RunAsync(ServerSettings settings, string file, string patient, bool identityConfirmed, CancellationToken cancel)
    {
        if (patient != NewPatient && !PatientId.TryParse(patient, out _))
        {
            CommandLine.Complain($"`{Failure.Short(patient)}` is not the id of a patient: give the {PatientId.TextLength} characters, or `new`");
            return CommandLine.NotUnderstood;
        }

        var content = await ReadAsync(file, settings.MaxImportBytes, cancel);
        var options = new ImportOptions
        {
            SourceName = file == "-" ? "standard input" : Path.GetFileName(file),
            IdentityConfirmed = identityConfirmed,
            MaxBytes = (int)settings.MaxImportBytes,
        };
        if (FhirImporter.Check(content, options) is { } refused)
        {
            return Tell(file, refused, WrongFile.Explain(content, refused.Issues));
        }

        if (patient != NewPatient)
        {
            Patients.RequireDatabase(settings, patient);
        }

        await using var modules = await Modules.OpenAsync(settings, TimeProvider.System, cancel);
        var own = patient == NewPatient
            ? await AddPersonAsync(modules, cancel)
            : await Patients.OpenAsync(modules, PatientId.Parse(patient), cancel);
        return Tell(file, await FhirImporter.ImportAsync(own, content, options, cancel));
    }

    private static async Task<byte[]> ReadAsync(string file, long maxBytes, CancellationToken cancel)
    {
        try
        {
            await using var stream = InputFile.Open(file);
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancel)) > 0)
            {
                content.Write(buffer, 0, read);
                if (content.Length > maxBytes)
                {
                    throw new StartupException($"`{file}` has more than the {maxBytes / 1024 / 1024} MiB taken in at once: split it into several bundles");
                }
            }

            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot read `{file}`", e);
        }
    }

    /// <summary>A new person who signs in with the token that is printed, with an empty record.</summary>
    private static async Task<OwnAccess> AddPersonAsync(Modules modules, CancellationToken cancel)
    {
        var people = modules.People;
        var name = "patient-" + LocalId.New();
        var person = (await people.Accounts.AddAsync(new NewPerson { SignInName = name, DisplayName = "New patient" }, cancel)).Value
            ?? throw new InvalidOperationException("a generated sign-in name was not accepted");
        var own = await Patients.MakeRecordAsync(modules, person, cancel);
        var token = (await people.AccessTokens.CreateAsync(person.Id, "rapport import", TokenScopes.All, expires: null, cancel)).Value
            ?? throw new InvalidOperationException("the token's label was not accepted");
        await Console.Out.WriteLineAsync($"patient: {own.Patient}");
        await Console.Out.WriteLineAsync($"person: {own.Actor.Reference}");
        await Console.Out.WriteLineAsync($"token: {token.Secret}");
        return own;
    }

    private static int Tell(string file, ImportResult result, string? explanation = null)
    {
        switch (result.Status)
        {
            case ImportStatus.Taken:
                Console.WriteLine($"imported `{file}`");
                TellSummary(result);
                return CommandLine.Done;
            case ImportStatus.NothingNew:
                Console.WriteLine($"nothing new in `{file}`: all of it is in the record already");
                TellSummary(result);
                return CommandLine.Done;
            case ImportStatus.IdentityInDoubt:
                CommandLine.Complain($"`{file}` is not imported: " + ImportWords.Doubt(result.Identity!, "pass `--confirm identity`"));
                return CommandLine.Failed;
            default:
                CommandLine.Complain($"`{file}` is not imported, nothing was changed" + (explanation is null ? "" : ": " + explanation));
                foreach (var issue in result.Issues.Take(IssuesShown))
                {
                    Console.Error.WriteLine($"  {(issue.Location.Length > 0 ? issue.Location + ": " : "")}{issue.Text}");
                }

                if (result.Issues.Count > IssuesShown)
                {
                    Console.Error.WriteLine($"  and {result.Issues.Count - IssuesShown} more");
                }

                return CommandLine.Failed;
        }
    }

    private static void TellSummary(ImportResult result)
    {
        foreach (var line in ImportWords.Summary(result))
        {
            Console.WriteLine("  " + line);
        }

        if (result.ConsentsKeptAsDocuments > 0)
        {
            Console.WriteLine($"  consents in it are kept as documents that decide nothing: {result.ConsentsKeptAsDocuments}");
        }
    }
}
