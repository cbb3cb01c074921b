# Built with Maven inside, so that an image needs nothing but this folder: docker build -t exactly-once-gateway .

FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src src
# The tests have run before: ./mvnw verify
RUN ./mvnw --batch-mode --no-transfer-progress -DskipTests package
# Layers: the libraries first, which seldom change, then the gateway itself.
RUN java -Djarmode=tools -jar target/exactly-once-gateway-*.jar extract --layers --destination extracted \
 && mv extracted/application/exactly-once-gateway-*.jar extracted/application/gateway.jar

FROM eclipse-temurin:25-jre
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin gateway \
 && install --directory --owner=gateway --group=gateway /data
WORKDIR /app
COPY --from=build /build/extracted/dependencies/ ./
COPY --from=build /build/extracted/spring-boot-loader/ ./
COPY --from=build /build/extracted/snapshot-dependencies/ ./
COPY --from=build /build/extracted/application/ ./
USER 10001
# The embedded database. With SPRING_DATASOURCE_URL set, nothing is written here.
ENV GATEWAY_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
# bash asks, since the image need not have curl.
HEALTHCHECK --start-period=60s --interval=10s --timeout=5s --retries=3 CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", "-jar", "gateway.jar"]
