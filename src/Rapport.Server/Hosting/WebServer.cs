using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Rapport.Conversations;
using Rapport.Server.Api.CdsHooks;
using Rapport.Server.Api.Conversations;
using Rapport.Server.Api.Conversations.Telling;
using Rapport.Server.Api.Devices;
using Rapport.Server.Api.Fhir;
using Rapport.Server.Api.Labels;
using Rapport.Server.Api.Ledger;
using Rapport.Server.Api.Links;
using Rapport.Server.Api.Notices;
using Rapport.Server.Api.Visits;
using Rapport.Server.CardsIssued;
using Rapport.Server.HealthLinks;
using Rapport.Server.Jobs;
using Rapport.Server.LinksGiven;
using Rapport.Server.Notices;
using Rapport.Server.Notices.Mail;
using Rapport.Server.Notices.Push;
using Rapport.Server.Offline;
using Rapport.Server.Offline.Copy;
using Rapport.Server.Outbound;
using Rapport.Server.Pages;
using Rapport.Server.Pages.Stories;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Cards;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Export;
using Rapport.Server.Pages.Emergency;
using Rapport.Server.Pages.Emergency.Card;
using Rapport.Server.Pages.Links;
using Rapport.Server.Pages.Open;
using Rapport.Server.Pages.Operator;
using Rapport.Server.Pages.Opinions;
using Rapport.Server.Pages.Outcomes;
using Rapport.Server.Pages.Record.Labels;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Succession;
using Rapport.Server.Pages.Tokens;
using Rapport.Server.SignIn;
using Rapport.Server.Talks;
using Rapport.Server.Visits;

namespace Rapport.Server.Hosting;

/// <summary>Puts the web server together. The order in here is the order in which a request passes.</summary>
internal static class WebServer
{
    /// <summary>A server over opened modules, not yet listening. It does not own the modules.</summary>
    /// <param name="settings">What the operator decided.</param>
    /// <param name="modules">What stands behind it.</param>
    /// <param name="ear">What hears each log line beside the console; null for nothing.</param>
    public static WebApplication Build(ServerSettings settings, Modules modules, ILoggerProvider? ear = null)
    {
        // Nothing is read from configuration files or from the framework's own variables: settings come from the command line and RAPPORT_….
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limits.Apply(kestrel, settings));
        builder.Logging.AddRapportLogging(settings.LogLevel, ear);
        AddServices(builder.Services, settings, modules);

        var app = builder.Build();
        var log = app.Services.GetRequiredService<ILogger<ConversationDesk>>();
        modules.Conversations.FindsDamage = modules.Reports.FindsDamage = modules.Keeping.FindsDamage = e => Log.ConversationUnreadable(log, e.GetType().Name);
        if (settings.BehindProxy)
        {
            app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All });
        }

        app.UseWhen(context => Surfaces.Of(context.Request.Path) == Surface.Pages, pages => pages.UseMiddleware<PageHeaders>().UseMiddleware<HeadLikeGet>());
        app.UseWhen(context => LinkHeaders.AreFor(context.Request.Path), links => links.UseMiddleware<LinkHeaders>());
        app.UseMiddleware<RequestGuard>();
        app.UseMiddleware<AllowedHosts>();
        app.UseMiddleware<NoSecretsInAddresses>();
        app.UseMiddleware<FhirNegotiation>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseWhen(context => Surfaces.Of(context.Request.Path) == Surface.Pages, pages => pages.UseRequestLocalization().UseMiddleware<RequestTimeZone>());
        app.UseRateLimiter();
        RestOfTheWay.PutInto(app);
        app.UseMiddleware<SameOrigin>();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseMiddleware<StaleForms>();

        app.MapPages();
        app.MapFhir();
        app.MapLedger();
        app.MapDevices();
        app.MapCdsHooks();
        app.MapLinks();
        app.MapLabelApi();
        app.MapVisitApi();
        app.MapConversations();
        app.MapNoticeApi();
        app.MapHolders();
        app.MapIssuer();
        app.MapHealth();
        app.MapOpenApi().AllowAnonymous();
        return app;
    }

    private static void AddServices(IServiceCollection services, ServerSettings settings, Modules modules)
    {
        services.AddSingleton(settings).AddSingleton(modules).AddSingleton(modules.Clock).AddSingleton(modules.Database).AddSingleton(modules.People);
        services.AddSingleton(modules.Records.EmergencyDoor).AddSingleton(modules.Records.Guardians).AddSingleton(modules.Records.Consultations).AddSingleton(modules.Records.Looks).AddSingleton<LookMarks>().AddSingleton<BroughtMarks>();
        services.AddSingleton(s => new OpinionDesk(modules.People, modules.Records.Opinions, modules.Clock)).AddSingleton<OpinionDrafts>().AddScoped<OpinionSteps>();
        services.AddSingleton(modules.Stories).AddSingleton<StoryDesk>().AddSingleton<StoryDrafts>().AddSingleton<StoryMarks>();
        services.AddSingleton(modules.Conversations).AddSingleton(s => new TalkDoor(modules.Conversations, modules.People, modules.Records)).AddSingleton(s => new PersonAgain(modules.People, modules.Records)).AddSingleton<TalkStreams>().AddSingleton<TalkTeller>().AddSingleton<NewTalkDrafts>().AddHostedService<FileSweeping>().AddScoped<TalkPages>().AddSingleton<TalkArchive>().AddSingleton(settings.Help);
        services.AddSingleton(s => new VisitOffers(s.GetRequiredService<TalkDoor>(), modules.People, modules.Clock));
        services.AddSingleton(modules.Records.Cards).AddSingleton(modules.Records.CardKeys);
        services.AddSingleton(s => new RecordDoor(modules.Records.Compartments, modules.Records.Gate, modules.Records.Acting, modules.Records.Guardians, modules.Records.PassingOn, modules.Records.Contributing, modules.Records.Commenting, modules.Records.Succession, modules.People.Circle, s.GetRequiredService<ILogger<RecordDoor>>()));
        services.AddRoutingCore();
        services.AddTransient<PersonAuthentication>();
        services.AddAuthentication(options =>
        {
            options.AddScheme<PersonAuthentication>(PersonAuthentication.Scheme, displayName: null);
            options.DefaultScheme = PersonAuthentication.Scheme;
        });
        services.AddAuthorization(options =>
        {
            // Deny by default: an endpoint that says nothing, and a path that leads nowhere, require a signed-in person.
            options.DefaultPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
            options.FallbackPolicy = options.DefaultPolicy;
        });
        services.AddRateLimiter(options => RateLimits.Configure(options, settings)).AddSingleton<RestOfTheWay>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "rapport-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.SuppressXFrameOptionsHeader = true;
        });

        // Forms stay in memory: what people type into them is not laid down on a disk.
        services.Configure<FormOptions>(options => options.MemoryBufferThreshold = Limits.MaxBodyBytes);
        services.Configure<RequestLocalizationOptions>(RequestLanguage.Configure);
        services.AddRazorComponents();
        services.AddSingleton(settings.Live).AddSingleton<StreamRoom>().AddSingleton<LiveStreams>();
        services.AddSingleton<Spool>().AddSingleton<JobWork, ImportWork>().AddSingleton<JobWork, TakeBackWork>().AddSingleton<ImportJobs>().AddHostedService(s => s.GetRequiredService<ImportJobs>());
        services.AddSingleton(s => new OutboundClient(settings.Outbound, modules.Clock, s.GetRequiredService<ILogger<OutboundClient>>())).AddSingleton<LinkOpener>();
        services.AddSingleton(s => new LinkDoor(modules.Records.Links, s.GetRequiredService<ILogger<LinkDoor>>())).AddSingleton<LinkPasses>().AddSingleton<LinkManifests>().AddSingleton<LinkGiving>().AddSingleton<CardMaking>().AddSingleton<CardForms>().AddSingleton<EmergencyCardForms>();
        services.AddSingleton(settings.Mail).AddSingleton(s => new MailLinks(modules.Keyring, settings.Mail)).AddSingleton(s => new MailSending(settings.Mail, s.GetRequiredService<MailLinks>(), modules.Keyring, modules.Clock, s.GetRequiredService<ILogger<MailSending>>()));
        services.AddSingleton(s => new PushKey(modules.Database, modules.Keyring, modules.Clock, settings.Mail)).AddSingleton<PushSending>().AddSingleton<NoticeLooking>().AddSingleton<NoticeDesk>().AddSingleton<NoticeWork>().AddHostedService(s => s.GetRequiredService<NoticeWork>());
        services.AddSingleton<OfflineShell>().AddSingleton(s => new OfflineChildren(s.GetRequiredService<RecordDoor>(), modules.Keyring, modules.Clock))
            .AddSingleton(s => new OfflineCopying(s.GetRequiredService<TalkDoor>(), s.GetRequiredService<RecordDoor>(), s.GetRequiredService<OfflineChildren>(), modules.People, modules.Keyring, modules.Clock));
        services.AddSingleton<DeviceFolding>().AddHostedService(s => s.GetRequiredService<DeviceFolding>());
        services.AddHostedService<LateWatch>().AddHostedService<OldNews>().AddHostedService<SessionSweeping>();
        services.AddSingleton(modules.Reports).AddSingleton<KeepingWatch>().AddHostedService(s => s.GetRequiredService<KeepingWatch>());
        services.AddSingleton<Pages.Circle.InvitationCookie>().AddScoped<Pages.Acting.Carers.CareTaking>().AddSingleton<SignUpGate>().AddSingleton<HalfwayIn>().AddSingleton<SystemHealth>().AddSingleton<SharingDrafts>().AddSingleton<ActingDrafts>().AddSingleton<Pages.Requests.Childs.ChildsAnswerDrafts>().AddSingleton<LookedAfter>().AddSingleton<SuccessionDrafts>().AddSingleton<SuccessionReasons>().AddSingleton<LabelDrafts>().AddSingleton<BreakGlassDrafts>().AddSingleton<RepliesAtOnce>().AddScoped<SharingSteps>().AddSingleton<LinkForms>().AddScoped<LinkSteps>().AddSingleton<MadeToken>().AddSingleton<Pages.Tokens.TokenForms>().AddSingleton<Pages.Gather.Devices.DeviceForms>();
        services.AddDataProtection().SetApplicationName("rapport");
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = new CookieKeys(modules.Database, modules.Keyring));
        services.AddOpenApi(OpenApiText.Configure);
    }
}
