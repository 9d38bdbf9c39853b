using System.CommandLine;
using System.Globalization;
using Rapport.Server.Hosting;
using Rapport.Server.Notices.Mail;

namespace Rapport.Server.Cli;

/// <summary>By which an operator says by which mail server people are told that something waits, and where they find this one.</summary>
internal sealed class MailOptions
{
    private const string AddressHelp = "where people find this server, such as https://record.example.org";
    private const string SmtpHelp = "a mail server such as smtp://mail.example.org:587 or smtps://mail.example.org";

    private readonly Option<Uri?> _address = Of("--address", "RAPPORT_ADDRESS", "URL", "Where people find this server, such as https://record.example.org: links in mails lead there (RAPPORT_ADDRESS)", AddressHelp, ReadAddress);
    private readonly Option<MailSettings?> _smtp = Of("--smtp", "RAPPORT_SMTP", "URL", "The mail server by which people are told that something waits, such as smtp://mail.example.org:587 (RAPPORT_SMTP)", SmtpHelp, ReadSmtp);
    private readonly Option<string?> _from = Of("--mail-from", "RAPPORT_MAIL_FROM", "ADDRESS", "Whom these mails are from (RAPPORT_MAIL_FROM)", "an address such as rapport@example.org", static text => (MailSending.IsAddress(text), text));
    private readonly Option<string?> _user = Of("--smtp-user", "RAPPORT_SMTP_USER", "NAME", "With which name to sign in at the mail server (RAPPORT_SMTP_USER)", "a name", static text => (text.Length > 0, text));
    private readonly Option<string?> _password = Of("--smtp-password-file", "RAPPORT_SMTP_PASSWORD_FILE", "FILE", "A file with the password for it (RAPPORT_SMTP_PASSWORD_FILE)", "a file", static text => (text.Length > 0, text));

    public void AddTo(Command command)
    {
        command.Add(_address);
        command.Add(_smtp);
        command.Add(_from);
        command.Add(_user);
        command.Add(_password);
    }

    /// <exception cref="StartupException">Something lacks without which no mail is sent, or the password cannot be read.</exception>
    public MailSettings Read(ParseResult parsed)
    {
        var (server, from, address) = (parsed.GetValue(_smtp), parsed.GetValue(_from), parsed.GetValue(_address));
        if (server is not null && (from is null || address is null))
        {
            throw new StartupException("`--smtp` needs `--mail-from`, whom mails are from, and `--address`, where people find this server");
        }

        return (server ?? MailSettings.None) with { From = from, Address = address, User = parsed.GetValue(_user), Password = parsed.GetValue(_password) is { } file ? ReadPassword(file) : null };
    }

    internal static (bool Ok, Uri? Value) ReadAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "https" or "http", UserInfo: "", Query: "", Fragment: "" } ? (true, address) : (false, null);

    internal static (bool Ok, MailSettings? Value) ReadSmtp(string text)
    {
        var isTls = text.StartsWith("smtps://", StringComparison.Ordinal);
        if ((!isTls && !text.StartsWith("smtp://", StringComparison.Ordinal)) || text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..].TrimEnd('/').Split(':') is not [{ Length: > 0 } host, .. { Length: <= 1 } after]
            || Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return (false, null);
        }

        var port = isTls ? 465 : 587;
        return after.Length == 0 || (int.TryParse(after[0], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535)
            ? (true, new MailSettings { Host = host, Port = port, IsTlsFromTheBeginning = isTls }) : (false, null);
    }

    private static string ReadPassword(string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"the password in `{file}` cannot be read: look whether the file is there and readable", e);
        }
    }

    private static Option<T?> Of<T>(string name, string variable, string help, string description, string what, Func<string, (bool Ok, T? Value)> read)
        where T : class => new(name)
        {
            Description = description,
            HelpName = help,
            CustomParser = result => InstallationOptions.Parse(result, result.Tokens[0].Value, what, read),
            DefaultValueFactory = result => InstallationOptions.Environment(variable) is { } text ? InstallationOptions.Parse(result, text, what, read) : null,
        };
}
