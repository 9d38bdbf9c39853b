using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Notices.Mail;
using Rapport.Server.Notices.Push;

namespace Rapport.Server.Notices;

/// <summary>What somebody chooses about their notices, and what goes out to them. Thread safe.</summary>
internal sealed class NoticeDesk(Modules modules, NoticeLooking looking, PushSending push, MailSending mail)
{
    /// <summary>What somebody chose.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<NoticeChoices> ChoicesAsync(PersonId person, CancellationToken cancel) => modules.People.Notices.ChoicesAsync(person, cancel);

    /// <summary>Changes what somebody chose. Who begins is not told of what waits already.</summary>
    /// <param name="person">Who.</param>
    /// <param name="change">Makes the new choices of the old; null for no change.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<NoticeChoices?> ChangeAsync(Person person, Func<NoticeChoices, NoticeChoices?> change, CancellationToken cancel)
    {
        var notices = modules.People.Notices;
        var begin = new NoticeState();
        if (await notices.FindAsync(person.Id, cancel) is null)
        {
            var (look, state, _) = await looking.LookAsync(person, begin, mustLook: true, cancel);
            begin = NoticePlan.Take(state, NoticeChoices.None, look, modules.Clock.GetUtcNow());
        }

        return await notices.ChangeAsync(person.Id, change, begin, modules.Clock.GetUtcNow(), cancel);
    }

    /// <summary>Sends one notice by a way: the same whatever it is about.</summary>
    /// <param name="person">To whom.</param>
    /// <param name="choices">What they chose.</param>
    /// <param name="way">The way.</param>
    /// <param name="since">Since when something waits: names the mail, so that one that is sent twice is one.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Whether it went out, or how long it wants to wait.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(bool IsSent, TimeSpan? AskAfter)> SendAsync(Person person, NoticeChoices choices, NoticeWay way, DateTimeOffset since, CancellationToken cancel)
    {
        var language = NoticeWords.LanguageOf(person, choices);
        return way == NoticeWay.Push ? await PushAsync(person, choices, language, cancel)
            : (choices.Mail is { IsConfirmed: true } to && await mail.NoticeAsync(person.Id, to.Address, language, since, cancel), null);
    }

    /// <summary>To every device; one that has it is enough. Those that want no more are forgotten.</summary>
    private async Task<(bool IsSent, TimeSpan? AskAfter)> PushAsync(Person person, NoticeChoices choices, SpokenLanguage language, CancellationToken cancel)
    {
        var (isSent, after) = (false, (TimeSpan?)null);
        HashSet<LocalId> gone = [];
        foreach (var device in choices.Devices)
        {
            var (outcome, later) = await push.SendAsync(person.Id, device, language, cancel);
            isSent |= outcome == PushOutcome.Sent;
            after = later > (after ?? TimeSpan.Zero) ? later : after;
            if (outcome == PushOutcome.Gone)
            {
                gone.Add(device.Id);
            }
        }

        if (gone.Count > 0)
        {
            await modules.People.Notices.ChangeAsync(
                person.Id, known => known with { Devices = [.. known.Devices.Where(device => !gone.Contains(device.Id))] }, new NoticeState(), modules.Clock.GetUtcNow(), CancellationToken.None);
        }

        return (isSent, after);
    }
}
