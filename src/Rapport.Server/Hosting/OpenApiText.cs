using System.Reflection;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Rapport.Server.Hosting;

/// <summary>What the OpenAPI document says beyond what the endpoints tell: how to sign in, the purpose header, the form of answers and errors.</summary>
internal static class OpenApiText
{
    private const string Scheme = "token";
    private const string FhirJson = "application/fhir+json";
    private const string ProblemJson = "application/problem+json";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer(DescribeDocumentAsync);
        options.AddOperationTransformer(DescribeOperationAsync);
    }

    private static Task DescribeDocumentAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Rapport",
            Version = typeof(OpenApiText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
            Description = "Patients' own health records, disclosed under their consents and recorded in their ledgers. What you may not see looks as if it did not exist.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A personal access token" },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        foreach (var path in document.Paths.Values)
        {
            // The same as GET without the body: of no interest to a reader.
            path.Operations?.Remove(HttpMethod.Head);
        }

        return Task.CompletedTask;
    }

    private static Task DescribeOperationAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var description = context.Description;
        var isFhir = description.RelativePath?.StartsWith("fhir", StringComparison.Ordinal) == true;
        if (isFhir)
        {
            foreach (var response in operation.Responses?.Values.OfType<OpenApiResponse>() ?? [])
            {
                response.Content = Json(FhirJson);
            }

            if (description.HttpMethod is "POST" or "PUT" && operation.RequestBody is null)
            {
                operation.RequestBody = new OpenApiRequestBody { Required = true, Content = Json(FhirJson) };
            }

            if (description.RelativePath!.Contains("{type}", StringComparison.Ordinal) || description.RelativePath.Contains("{patient}", StringComparison.Ordinal))
            {
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = Api.PurposeOfUse.Header,
                    In = ParameterLocation.Header,
                    Description = "HL7 purpose of use, recorded; `TREAT` for professionals and `FAMRQT` for others when absent",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
            }
        }

        (operation.Responses ??= [])["default"] = new OpenApiResponse
        {
            Description = isFhir ? "An error, as OperationOutcome" : "An error, as problem details",
            Content = Json(isFhir ? FhirJson : ProblemJson),
        };
        return Task.CompletedTask;
    }

    private static Dictionary<string, OpenApiMediaType> Json(string mediaType) =>
        new() { [mediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } } };
}
