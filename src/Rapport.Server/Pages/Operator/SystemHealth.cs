using System.Diagnostics;
using System.Reflection;
using Dapper;
using Rapport.Server.Hosting;
using Rapport.Server.Notices.Mail;

namespace Rapport.Server.Pages.Operator;

/// <summary>How the system is, in facts that tell nothing of anybody.</summary>
internal sealed class SystemHealth(ServerSettings settings, Modules modules, MailSending mail)
{
    public async Task<IReadOnlyList<(string Name, string Value)>> ReadAsync(CancellationToken cancel)
    {
        var isSqlite = settings.Database is null;
        var (people, records, size) = await modules.Database.ReadAsync(
            async c => (
                await c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM person WHERE LENGTH(data_key) > 0"),
                await c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM compartment WHERE LENGTH(data_key) > 0"),
                await c.ExecuteScalarAsync<long>(
                    isSqlite ? "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()" : "SELECT pg_database_size(current_database())")),
            cancel);
        using var process = Process.GetCurrentProcess();
        return
        [
            (OperatorText.Version, typeof(SystemHealth).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? OperatorText.Unknown),
            (OperatorText.RunningSince, Say.Moment(new DateTimeOffset(process.StartTime.ToUniversalTime()))),
            (OperatorText.Database, (isSqlite ? "SQLite" : "PostgreSQL") + ", " + Say.Size(size)),
            (OperatorText.FreeDisk, Say.Size(new DriveInfo(settings.DataFolder).AvailableFreeSpace)),
            (OperatorText.Memory, Say.Size(process.WorkingSet64)),
            ("Accounts", Say.Number(people)),
            ("Records", Say.Number(records)),
            (OperatorText.MailServer, !mail.IsOn ? OperatorText.NoMailServer : await mail.AnswersAsync(cancel) ? OperatorText.MailAnswers : OperatorText.MailIsSilent),
            (OperatorText.SigningKey, modules.Records.LedgerKey.Fingerprint),
        ];
    }
}
