using System.CommandLine;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Api;
using Rapport.Server.HealthLinks;
using Rapport.Server.Hosting;

namespace Rapport.Server.Cli;

/// <summary><c>rapport import</c>: a file into a record, all of it or nothing. A running server need not be stopped.</summary>
internal static class ImportCommand
{
    private const string NewPatient = "new";

    public static Command Create()
    {
        var command = new Command("import", "Imports a file into a record: all of it or nothing. What kind of file it is, is told by its content");
        var file = new Argument<string?>("FILE")
        {
            Description = "FHIR, C-CDA, an export of a phone, watch or app, or a zip of such; - for standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var patient = new Option<string>("--patient")
        {
            Description = "Id of the patient, or `new` for a new person with an empty record, whose id and access token are printed",
            HelpName = "P",
            Required = true,
        };
        var confirm = new Option<string?>("--confirm") { Description = "`identity`: the file belongs into this record although it names somebody else", HelpName = "WHAT" };
        confirm.AcceptOnlyFromAmong("identity");
        var partial = new Option<bool>("--partial") { Description = "Take the good part of a file that is damaged in places; the source is marked as partial" };
        var json = new Option<bool>("--json") { Description = "Print what was in it as JSON" };
        var mapping = new Option<string?>("--mapping") { Description = "A JSON file that says what the columns of a CSV file mean", HelpName = "FILE" };
        command.Add(mapping);
        command.Add(file);
        command.Add(patient);
        command.Add(confirm);
        command.Add(partial);
        command.Add(json);
        var link = new LinkInput().AddTo(command);
        var installation = new InstallationOptions().AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(file) is { Tokens.Count: > 0 } == link.IsIn(result))
            {
                result.AddError("give either a file or, with `--link`, a link");
            }
        });
        command.SetAction(async (parsed, cancel) =>
        {
            var (name, whose) = (parsed.GetValue(file), parsed.GetValue(patient)!);
            if (whose != NewPatient && !PatientId.TryParse(whose, out _))
            {
                CommandLine.Complain($"`{Failure.Short(whose)}` is not the id of a patient: give the {PatientId.TextLength} characters, or `new`");
                return CommandLine.NotUnderstood;
            }

            var settings = installation.Read(parsed);
            var options = new ImportOptions
            {
                SourceName = name == "-" ? "standard input" : Path.GetFileName(name) ?? "",
                IdentityConfirmed = parsed.GetValue(confirm) is not null,
                TakeGoodPart = parsed.GetValue(partial),
                CsvMapping = parsed.GetValue(mapping) is { } path ? ReadMapping(path) : null,
                MaxBytes = (int)settings.MaxImportBytes,
                Cards = new CardChecks(CardTrust.Load(settings.CardIssuersPath), TimeProvider.System.GetUtcNow()),
            };
            return name is not null
                ? await ReadAsync(settings, await OpenAsync(name, options, cancel), whose, options, new ImportReport(name, options.SourceName, parsed.GetValue(json)), cancel)
                : await ReadLinkAsync(settings, link, parsed, whose, options, parsed.GetValue(json), cancel);
        });
        return command;
    }

    private static async Task<int> ReadLinkAsync(
        ServerSettings settings, LinkInput input, ParseResult parsed, string patient, ImportOptions options, bool asJson, CancellationToken cancel)
    {
        // Before the link is opened: one that opens once would be lost.
        if (patient != NewPatient)
        {
            Patients.RequireDatabase(settings, patient);
        }

        if (input.Read(parsed, out var problem) is not var (link, passcode))
        {
            return new ImportReport("the link", "", asJson).Tell(LinkInput.Refuse(problem));
        }

        var name = LinkWords.NameOf(link);
        var words = new ImportReport(name, name, asJson);
        var (content, refused) = await LinkInput.OpenAsync(parsed.GetValue(input.Outbound)!, link, passcode, name, cancel);
        return refused is not null
            ? words.Tell(refused)
            : await ReadAsync(settings, content!, patient, options with { SourceName = name, SourceKind = ImportOptions.LinkKind, IsOpenedLink = true }, words, cancel);
    }

    private static async Task<int> ReadAsync(ServerSettings settings, SourceContent content, string patient, ImportOptions options, ImportReport words, CancellationToken cancel)
    {
        HarvestedSource source;
        try
        {
            source = Importer.Read(content, options, null, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot read `{content.Name}`", e);
        }

        if (source.Refusal is { } refused)
        {
            return words.Tell(refused, WrongFile.Explain(refused.Report?.Format, Head(content), refused.Issues));
        }

        if (patient != NewPatient)
        {
            Patients.RequireDatabase(settings, patient);
        }

        await using var modules = await Modules.OpenAsync(settings, TimeProvider.System, cancel);
        var own = patient == NewPatient
            ? await AddPersonAsync(modules, words, cancel)
            : await Patients.OpenAsync(modules, PatientId.Parse(patient), cancel);
        return words.Tell(await Importer.WriteAsync(own, source, options, cancel));
    }

    /// <summary>A file is read where it lies; what comes in by a pipe is taken into memory first, as far as that is allowed.</summary>
    private static async Task<SourceContent> OpenAsync(string file, ImportOptions options, CancellationToken cancel)
    {
        try
        {
            if (file != "-")
            {
                var content = SourceContent.OfFile(file);
                await using var readable = content.Open();
                return content;
            }

            await using var stream = InputFile.Open(file);
            using var memory = new MemoryStream();
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancel)) > 0)
            {
                memory.Write(buffer, 0, read);
                if (memory.Length > options.MaxBytes)
                {
                    throw new StartupException($"standard input has more than the {options.MaxBytes / 1024 / 1024} MiB taken in at once: give a file");
                }
            }

            return SourceContent.Of(options.SourceName, memory.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot read `{file}`", e);
        }
    }

    private static CsvMapping ReadMapping(string path)
    {
        try
        {
            return CsvMapping.Parse(File.ReadAllBytes(path), out var mistake) ?? throw new StartupException($"the mapping `{path}` is not understood: {mistake}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot read `{path}`", e);
        }
    }

    private static byte[] Head(SourceContent content)
    {
        using var stream = content.Open();
        var head = new byte[(int)Math.Min(content.Length, WrongFile.Head)];
        stream.ReadExactly(head);
        return head;
    }

    /// <summary>A new person who signs in with the token that is printed, with an empty record.</summary>
    private static async Task<OwnAccess> AddPersonAsync(Modules modules, ImportReport words, CancellationToken cancel)
    {
        var people = modules.People;
        var name = "patient-" + LocalId.New();
        var person = (await people.Accounts.AddAsync(new NewPerson { SignInName = name, DisplayName = "New patient" }, cancel)).Value
            ?? throw new InvalidOperationException("a generated sign-in name was not accepted");
        var own = await Patients.MakeRecordAsync(modules, person, cancel);
        var token = (await people.AccessTokens.CreateAsync(person.Id, "rapport import", TokenScopes.All, expires: null, cancel)).Value
            ?? throw new InvalidOperationException("the token's label was not accepted");
        words.TellNew(own.Patient.ToString(), own.Actor.Reference, token.Secret);
        return own;
    }
}
